from typing import ClassVar

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight
from torch.nn import functional

from harness.api import DataError, Task
from harness.testing import LossContract
from tests.plugins.harness_training.records import RECORDS, build

TASK = Task(name="d/m", kind="multiclass", classes=("a", "b", "c"))
LOGITS = torch.randn(7, 3, generator=torch.Generator().manual_seed(0))


class TestCrossEntropy(LossContract):
    record = RECORDS["loss", "cross_entropy"]


class TestCrossEntropySmoothBalanced(LossContract):
    record = RECORDS["loss", "cross_entropy"]
    parameters: ClassVar = {"label_smoothing": 0.1, "class_weights": "balanced"}


def test_cross_entropy_by_hand():
    targets = torch.tensor([0, 1, 2, 0, 1, 2, 0])
    log_p = LOGITS - LOGITS.exp().sum(-1, keepdim=True).log()
    expected = -(0.8 * log_p[torch.arange(7), targets] + 0.2 / 3 * log_p.sum(-1))
    loss = build("loss", "cross_entropy", TASK, label_smoothing=0.2)
    torch.testing.assert_close(loss(LOGITS, targets), expected)


def test_balanced_weights_are_those_of_scikit_learn():
    targets = torch.tensor([0, 0, 0, 0, 1, 1, 2])
    loss = build("loss", "cross_entropy", TASK, class_weights="balanced")
    loss.fit(targets)
    weights = compute_class_weight("balanced", classes=np.arange(3), y=targets.numpy())
    np.testing.assert_allclose(loss.weights.numpy(), weights, rtol=1e-6)
    expected = (
        functional.cross_entropy(LOGITS, targets, reduction="none") * torch.tensor(weights).float()[targets]
    )
    torch.testing.assert_close(loss(LOGITS, targets), expected)
    assert loss.weights[targets].mean() == pytest.approx(1)


def test_class_absent_from_training_keeps_weight_one():
    loss = build("loss", "cross_entropy", TASK, class_weights="balanced")
    loss.fit(torch.tensor([0, 0, 0, 2]))
    assert loss.weights.tolist() == pytest.approx([4 / 6, 1, 2])


def test_weights_are_not_fitted_unless_asked():
    loss = build("loss", "cross_entropy", TASK)
    loss.fit(torch.tensor([0, 0, 0, 2]))
    assert loss.weights.tolist() == [1, 1, 1]


def test_missing_label_costs_nothing():
    loss, logits = build("loss", "cross_entropy", TASK), LOGITS[:3].clone().requires_grad_()
    loss.fit(torch.tensor([-1, 2, -1]))
    values = loss(logits, torch.tensor([-1, 2, -1]))
    assert values[0] == values[2] == 0
    (gradient,) = torch.autograd.grad(values.sum(), logits)
    assert (gradient != 0).any(dim=-1).tolist() == [False, True, False]


def test_one_class_is_refused():
    with pytest.raises(DataError, match="at least 2 classes, found 1"):
        build("loss", "cross_entropy", Task(name="d/x", kind="multiclass", classes=("a",)))
