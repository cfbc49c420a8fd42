from typing import ClassVar

import pytest
import torch

from harness.api import DataError, Task
from harness.testing import LossContract
from tests.plugins.harness_training.records import RECORDS, build

TASK = Task(name="d/b", kind="binary", classes=("no", "yes"))
LOGITS = torch.randn(7, 1, generator=torch.Generator().manual_seed(0))
NAN = float("nan")


class TestBinaryCrossEntropy(LossContract):
    record = RECORDS["loss", "binary_cross_entropy"]


class TestBinaryCrossEntropyBalanced(LossContract):
    record = RECORDS["loss", "binary_cross_entropy"]
    parameters: ClassVar = {"class_weights": "balanced"}


def test_binary_cross_entropy_balanced_by_hand():
    targets, logits = torch.tensor([1.0, 0, 0, 0, 1, 0, 0]), LOGITS
    loss = build("loss", "binary_cross_entropy", TASK, class_weights="balanced")
    loss.fit(targets)
    p = torch.sigmoid(logits[:, 0])
    expected = -(7 / 4 * targets * p.log() + 7 / 10 * (1 - targets) * (1 - p).log())
    torch.testing.assert_close(loss(logits, targets), expected)


def test_binary_probabilities_are_of_the_first_and_second_class():
    loss = build("loss", "binary_cross_entropy", TASK)
    probabilities = loss.probabilities(torch.tensor([[0.0], [2.0], [-90.0]]))
    expected = torch.sigmoid(torch.tensor([0.0, 2.0, -90.0]))
    torch.testing.assert_close(probabilities, torch.stack([1 - expected, expected], -1))
    assert loss.decide(probabilities).tolist() == [1, 1, 0]


def test_missing_label_costs_nothing():
    targets, logits = torch.tensor([NAN, 1.0, NAN]), LOGITS[:3].clone().requires_grad_()
    loss = build("loss", "binary_cross_entropy", TASK, class_weights="balanced")
    loss.fit(targets)
    values = loss(logits, targets)
    assert values[0] == values[2] == 0
    (gradient,) = torch.autograd.grad(values.sum(), logits)
    assert (gradient != 0)[:, 0].tolist() == [False, True, False]
    assert torch.isfinite(gradient).all()


def test_three_classes_are_refused():
    with pytest.raises(DataError, match="needs 2 classes, found 3"):
        build("loss", "binary_cross_entropy", Task(name="d/x", kind="binary", classes=("a", "b", "c")))
