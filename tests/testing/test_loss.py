import pytest
import torch
from torch.nn import functional

from harness.api import DataError, Loss, LossRecord
from harness.testing import LossContract


class Plain(Loss):
    """Cross-entropy in three lines."""

    def __init__(self, parameters, task):
        super().__init__(parameters, task)
        if task.kind != "multiclass":
            raise DataError(f"task {task.name} is {task.kind}")
        self.register_buffer("shift", torch.zeros(()))

    outputs = property(lambda self: len(self.task.classes))

    def forward(self, logits, targets):
        return functional.cross_entropy(logits + self.shift, targets, reduction="none")

    def probabilities(self, logits):
        return logits.softmax(-1)

    def decide(self, probabilities):
        return probabilities.argmax(-1)


def contract(loss):
    class Contract(LossContract):
        record = LossRecord(name="under_test", factory=loss, summary="for tests", task_kinds=("multiclass",))

    return Contract()


class TestPlain(LossContract):
    record = contract(Plain).record


class Reduced(Plain):
    def forward(self, logits, targets):
        return super().forward(logits, targets).mean()


class BatchNormalised(Plain):
    def forward(self, logits, targets):
        return super().forward(logits - logits.mean(0), targets)


class Logits(Plain):
    def probabilities(self, logits):
        return logits


class FloatDecisions(Plain):
    def decide(self, probabilities):
        return super().decide(probabilities).float()


class Backwards(Plain):
    def decide(self, probabilities):
        return probabilities.argmin(-1)


class Unstable(Plain):
    def forward(self, logits, targets):
        return -torch.log(logits.exp() / logits.exp().sum(-1, keepdim=True)).gather(1, targets[:, None])[:, 0]


class DividesByCounts(Plain):
    def fit(self, targets):
        self.shift = 1 / torch.bincount(targets, minlength=3).float().min()


class Forgetful(Plain):
    def fit(self, targets):
        self.weight = 2.0

    def forward(self, logits, targets):
        return super().forward(logits, targets) * getattr(self, "weight", 1.0)


class TakesAnything(Plain):
    def __init__(self, parameters, task):
        Loss.__init__(self, parameters, task)


@pytest.mark.parametrize(
    ("loss", "test"),
    [
        (Reduced, "test_value_a_sample_with_gradient"),
        (BatchNormalised, "test_samples_do_not_meet"),
        (Logits, "test_probabilities"),
        (FloatDecisions, "test_decisions_are_like_targets"),
        (Backwards, "test_low_loss_decides_the_targets"),
        (Unstable, "test_extreme_logits_are_finite"),
        (DividesByCounts, "test_fit_to_one_value_is_finite"),
        (Forgetful, "test_state_is_whole"),
    ],
)
def test_broken_loss_is_caught(loss, test):
    with pytest.raises(AssertionError):
        getattr(contract(loss), test)("multiclass")


def test_loss_that_takes_any_task_is_caught():
    with pytest.raises(pytest.fail.Exception):
        contract(TakesAnything).test_other_kinds_of_task_are_refused()
