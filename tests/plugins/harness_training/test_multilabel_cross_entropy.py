from typing import ClassVar

import pytest
import torch
from torch.nn import functional

from harness.api import DataError, Task
from harness.testing import LossContract
from tests.plugins.harness_training.records import RECORDS, build

TASK = Task(name="d/l", kind="multilabel", classes=("a", "b", "c"))
LOGITS = torch.randn(7, 3, generator=torch.Generator().manual_seed(0))
NAN = float("nan")


class TestMultilabelCrossEntropy(LossContract):
    record = RECORDS["loss", "multilabel_cross_entropy"]


class TestMultilabelCrossEntropyBalanced(LossContract):
    record = RECORDS["loss", "multilabel_cross_entropy"]
    parameters: ClassVar = {"class_weights": "balanced"}


def test_multilabel_is_the_mean_over_classes():
    targets = torch.tensor([[1.0, 0, 1]] * 7)
    loss = build("loss", "multilabel_cross_entropy", TASK)
    expected = functional.binary_cross_entropy_with_logits(LOGITS, targets, reduction="none").mean(-1)
    torch.testing.assert_close(loss(LOGITS, targets), expected)


def test_multilabel_balanced_weighs_each_class_by_itself():
    targets = torch.tensor([[1.0, 0, 1], [0, 0, 1], [0, 0, 1], [0, 1, 1]])
    loss = build("loss", "multilabel_cross_entropy", TASK, class_weights="balanced")
    loss.fit(targets)
    assert loss.weights[0].tolist() == pytest.approx([4 / 6, 4 / 6, 1])
    assert loss.weights[1].tolist() == pytest.approx([2, 2, 1])


def test_label_that_is_partly_missing_leaves_the_mean():
    targets = torch.tensor([[1.0, NAN, 0.0]])
    loss = build("loss", "multilabel_cross_entropy", TASK)
    known = functional.binary_cross_entropy_with_logits(LOGITS[:1, [0, 2]], targets[:, [0, 2]])
    assert loss(LOGITS[:1], targets)[0] == pytest.approx(float(known))


def test_missing_label_costs_nothing():
    targets = torch.tensor([[NAN] * 3, [1.0, NAN, 0], [NAN] * 3])
    loss, logits = build("loss", "multilabel_cross_entropy", TASK), LOGITS[:3].clone().requires_grad_()
    loss.fit(targets)
    values = loss(logits, targets)
    assert values[0] == values[2] == 0
    (gradient,) = torch.autograd.grad(values.sum(), logits)
    assert (gradient != 0).tolist() == [[False] * 3, [True, False, True], [False] * 3]
    assert torch.isfinite(gradient).all()


def test_no_classes_are_refused():
    with pytest.raises(DataError, match="found 0"):
        build("loss", "multilabel_cross_entropy", Task(name="d/x", kind="multilabel"))
