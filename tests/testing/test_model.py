import math

import pytest
import torch
from torch import nn

from harness.api import DataSetNorm, HardSharing, ModelRecord
from harness.testing import ModelContract

SHAPE = (1, 8, 5)


class Small(HardSharing):
    """One hidden layer with normalisation and dropout."""

    def __init__(self, parameters, input_shape, heads):
        layers = (
            nn.Flatten(),
            nn.Linear(math.prod(input_shape), 6),
            DataSetNorm(6),
            nn.ReLU(),
            nn.Dropout(0.2),
        )
        super().__init__(nn.Sequential(*layers), 6, heads)


def contract(model):
    class Contract(ModelContract):
        record = ModelRecord(name="under_test", factory=model, summary="for tests")

    return Contract()


class TestSmall(ModelContract):
    record = contract(Small).record
    input_shapes = (SHAPE, (2, 3, 4))


class OneLogit(Small):
    def forward(self, x):
        return {task: logits[:, :1] for task, logits in super().forward(x).items()}


class Idle(Small):
    def __init__(self, parameters, input_shape, heads):
        super().__init__(parameters, input_shape, heads)
        self.unused = nn.Parameter(torch.ones(()))


class AlwaysBatchNorm(Small):
    def forward(self, x):
        return super().forward(x - x.mean(0, keepdim=True))


class OwnSeed(Small):
    def __init__(self, parameters, input_shape, heads):
        torch.manual_seed(7)
        super().__init__(parameters, input_shape, heads)


class HiddenState(Small):
    def forward(self, x):
        self.seen = getattr(self, "seen", 0) + self.training
        return {task: logits + self.seen for task, logits in super().forward(x).items()}


@pytest.mark.parametrize(
    ("model", "test"),
    [
        (OneLogit, "test_logits_of_every_head"),
        (Idle, "test_gradient_reaches_every_parameter"),
        (AlwaysBatchNorm, "test_samples_of_a_batch_do_not_meet_in_evaluation"),
        (OwnSeed, "test_seed_decides_the_start"),
        (HiddenState, "test_state_is_whole"),
    ],
)
def test_broken_model_is_caught(model, test):
    with pytest.raises(AssertionError):
        getattr(contract(model), test)(SHAPE)
