"""Models that the converter does not know: by torch.func.vmap where that works, otherwise by the loop."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
import torch
from torch import nn

from harness.api import DataSetNorm, Dropout, HardSharing, ModelRecord, OptimizerRecord, Parameters

from .tools import (
    DNN,
    SHAPE,
    Choice,
    after_steps,
    alone,
    assert_same,
    largest_difference,
    pair_of_two,
    single,
    spec,
    together,
)

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")
WIDTH = SHAPE[1] * SHAPE[2]


def hard_sharing(*layers):
    """A model with the trunk that ``layers()`` returns, 8 wide."""

    def build(parameters, input_shape, heads):
        return HardSharing(nn.Sequential(*(layer() for layer in layers)), 8, heads)

    return ModelRecord(name="model", factory=build)


class Whole(nn.Module):
    """A whole architecture: the second task reads the first one's logits."""

    def __init__(self, parameters, input_shape, heads):
        super().__init__()
        self.norm = DataSetNorm(WIDTH)
        self.names = list(heads)
        sizes = list(heads.values())
        self.first = nn.Linear(WIDTH, sizes[0])
        self.second = nn.Linear(WIDTH + sizes[0], sizes[1])

    def forward(self, x):
        x = self.norm(x.flatten(1))
        first = self.first(x)
        return dict(zip(self.names, (first, self.second(torch.cat([x, first.tanh()], 1)))))


class InLayers(nn.Module):
    """A module that gives its layers."""

    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(WIDTH, 8)

    def forward(self, x):
        return self.lin(x.flatten(1)).relu()

    def in_layers(self):
        return [nn.Flatten(), self.lin, nn.ReLU()]


def members_of(make, n=3, **changes):
    return [(make(seed=k), spec(make(), seed=k, model=Choice(name="model"), **changes)) for k in range(n)]


FLAT = (nn.Flatten, lambda: nn.Linear(WIDTH, 8))
# the gradient of a bias before batch normalisation is a rounding error, which Adam would follow
UNBIASED = partial(nn.Linear, WIDTH, 8, bias=False)
MODELS = {
    "in_layers": hard_sharing(InLayers),
    "vmap": hard_sharing(*FLAT, lambda: nn.LayerNorm(8)),
    "vmap_norm": hard_sharing(
        nn.Flatten, UNBIASED, lambda: DataSetNorm(8), lambda: nn.LayerNorm(8), lambda: Dropout(0.0)
    ),
    "whole": ModelRecord(name="model", factory=Whole),
    "odd_convolution": hard_sharing(
        lambda: nn.Conv2d(1, 4, (3, 2), stride=2, padding="valid", bias=False),
        lambda: nn.Conv2d(4, 8, 3, groups=2, padding=1, dilation=1, bias=False),
        lambda: nn.BatchNorm2d(8),
        nn.SiLU,
        lambda: nn.AvgPool2d(2),
        lambda: nn.AdaptiveMaxPool2d(1),
        nn.Flatten,
    ),
    "picture_at_the_end": hard_sharing(lambda: nn.Conv2d(1, 8, 8), nn.Flatten),
}


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("combiner", ["sum", "pcgrad"])
@pytest.mark.parametrize("model", list(MODELS))
def test_it_agrees_with_the_loop(tmp_path, model, combiner):
    members = members_of(pair_of_two, combiner=Choice(name=combiner))
    for loop, population in after_steps(members, tmp_path, 20, MODELS[model]):
        assert largest_difference(loop, population) < 1e-10


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("model", ["whole", "vmap_norm"])
def test_members_by_vmap_leave_at_epochs_of_their_own(model):
    stop = [Choice(name="patience", parameters={"patience": 1 + k}) for k in range(3)]
    members = [
        (data, replace(what, stopping=own, epochs=6))
        for (data, what), own in zip(members_of(pair_of_two), stop, strict=True)
    ]
    for found, member in zip(together(members, MODELS[model]), members, strict=True):
        assert_same(found, alone(*member, MODELS[model]))


REASONS = {
    "torch_dropout": (hard_sharing(*FLAT, lambda: nn.Dropout(0.3)), "harness.api.Dropout has"),
    "dropout_by_vmap": (hard_sharing(*FLAT, lambda: nn.LayerNorm(8), lambda: Dropout(0.3)), "LayerNorm"),
    "recurrent": (hard_sharing(lambda: nn.Flatten(2), lambda: First(nn.GRU(WIDTH, 8))), "gru"),
}


class First(nn.Module):
    """The last state of a recurrent layer over the one channel."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x.transpose(0, 1))[0][-1]


@pytest.mark.parametrize("case", list(REASONS))
def test_what_cannot_be_stacked_is_trained_by_the_loop_which_says_why(case):
    model, reason = REASONS[case]
    (found,) = together(members_of(single, n=1, epochs=2), model)
    assert found.engine.startswith("loop (")
    assert reason in found.engine
    expected = alone(*members_of(single, n=1, epochs=2)[0], model)
    assert_same(replace(found, engine="population"), expected)


def test_heads_that_differ_cannot_go_by_vmap():
    data = [single(n_classes=2), single(n_classes=5)]
    model = hard_sharing(*FLAT, lambda: nn.LayerNorm(8))
    members = [(own, spec(own, epochs=1, model=Choice(name="model"))) for own in data]
    assert all("heads have different shapes" in found.engine for found in together(members, model))


@pytest.mark.usefixtures("float64")
def test_an_optimizer_without_a_stacked_form(tmp_path):
    class RateParameters(Parameters):
        lr: float = 0.01

    rms = OptimizerRecord(
        name="rms",
        factory=lambda parameters, tensors: torch.optim.RMSprop(tensors, lr=parameters.lr),
        parameters=RateParameters,
    )
    chosen = Choice(name="rms", parameters={"lr": 0.02})
    members = [(pair_of_two(), spec(pair_of_two(), seed=k, optimizer=chosen, model=DNN)) for k in range(2)]
    for loop, population in after_steps(members, tmp_path, 20, rms):
        assert largest_difference(loop, population) < 1e-10
    learned = [(data, replace(what, combiner=Choice(name="uncertainty"), epochs=1)) for data, what in members]
    assert "the combiner learns parameters" in together(learned, rms)[0].engine
