import numpy as np
import pytest
import torch

from harness.api import DataError, Task
from harness.testing import LossContract
from tests.plugins.harness_training.records import RECORDS, build

TASK = Task(name="d/r", kind="regression")
NAN = float("nan")


class TestMeanSquaredError(LossContract):
    record = RECORDS["loss", "mean_squared_error"]


def test_squared_error_is_standardised_and_predicts_in_the_unit():
    targets = torch.tensor([60.0, 80.0, 100.0, 120.0])
    loss = build("loss", "mean_squared_error", TASK)
    loss.fit(targets)
    z = (targets - 90) / np.sqrt(500)
    torch.testing.assert_close(loss(torch.full((4, 1), 0.5), targets), (0.5 - z) ** 2)
    assert loss(torch.zeros(4, 1), targets).mean() == pytest.approx(1)
    torch.testing.assert_close(loss.decide(loss.probabilities(z[:, None])), targets)


def test_constant_target_has_deviation_one():
    loss = build("loss", "mean_squared_error", TASK)
    targets = torch.full((9,), 44.1)
    targets[::2] = torch.nextafter(targets[::2], torch.tensor(0.0))
    loss.fit(targets)
    assert loss.deviation == 1
    assert loss.mean == pytest.approx(44.1)


def test_regression_without_targets_is_refused():
    with pytest.raises(DataError, match="no target"):
        build("loss", "mean_squared_error", TASK).fit(torch.tensor([NAN]))


def test_missing_label_costs_nothing():
    targets, logits = torch.tensor([NAN, 90.0, NAN]), torch.ones(3, 1, requires_grad=True)
    loss = build("loss", "mean_squared_error", TASK)
    loss.fit(targets)
    values = loss(logits, targets)
    assert values.tolist() == [0, 1, 0]
    (gradient,) = torch.autograd.grad(values.sum(), logits)
    assert gradient[:, 0].tolist() == [0, 2, 0]


def test_another_kind_is_refused():
    with pytest.raises(DataError, match="is multiclass; this loss is for regression"):
        build("loss", "mean_squared_error", Task(name="d/m", kind="multiclass", classes=("a", "b")))
