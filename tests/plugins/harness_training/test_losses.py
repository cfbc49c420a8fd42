"""All losses against torch.nn.functional and scikit-learn, and against their contract."""

from typing import ClassVar

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight
from torch.nn import functional

from harness.api import DataError, Task
from harness.testing import LossContract
from tests.plugins.harness_training.records import RECORDS, build

CLASSES = ("a", "b", "c")
MULTICLASS = Task(name="d/m", kind="multiclass", classes=CLASSES)
BINARY = Task(name="d/b", kind="binary", classes=("no", "yes"))
MULTILABEL = Task(name="d/l", kind="multilabel", classes=CLASSES)
REGRESSION = Task(name="d/r", kind="regression")
LOGITS = torch.randn(7, 3, generator=torch.Generator().manual_seed(0))
NAN = float("nan")


class TestCrossEntropy(LossContract):
    record = RECORDS["loss", "cross_entropy"]


class TestCrossEntropySmoothBalanced(LossContract):
    record = RECORDS["loss", "cross_entropy"]
    parameters: ClassVar = {"label_smoothing": 0.1, "class_weights": "balanced"}


class TestBinaryCrossEntropy(LossContract):
    record = RECORDS["loss", "binary_cross_entropy"]


class TestBinaryCrossEntropyBalanced(LossContract):
    record = RECORDS["loss", "binary_cross_entropy"]
    parameters: ClassVar = {"class_weights": "balanced"}


class TestMultilabelCrossEntropy(LossContract):
    record = RECORDS["loss", "multilabel_cross_entropy"]


class TestMultilabelCrossEntropyBalanced(LossContract):
    record = RECORDS["loss", "multilabel_cross_entropy"]
    parameters: ClassVar = {"class_weights": "balanced"}


class TestMeanSquaredError(LossContract):
    record = RECORDS["loss", "mean_squared_error"]


def test_cross_entropy_by_hand():
    targets = torch.tensor([0, 1, 2, 0, 1, 2, 0])
    log_p = LOGITS - LOGITS.exp().sum(-1, keepdim=True).log()
    expected = -(0.8 * log_p[torch.arange(7), targets] + 0.2 / 3 * log_p.sum(-1))
    loss = build("loss", "cross_entropy", MULTICLASS, label_smoothing=0.2)
    torch.testing.assert_close(loss(LOGITS, targets), expected)


def test_balanced_weights_are_those_of_scikit_learn():
    targets = torch.tensor([0, 0, 0, 0, 1, 1, 2])
    loss = build("loss", "cross_entropy", MULTICLASS, class_weights="balanced")
    loss.fit(targets)
    weights = compute_class_weight("balanced", classes=np.arange(3), y=targets.numpy())
    np.testing.assert_allclose(loss.weights.numpy(), weights, rtol=1e-6)
    expected = (
        functional.cross_entropy(LOGITS, targets, reduction="none") * torch.tensor(weights).float()[targets]
    )
    torch.testing.assert_close(loss(LOGITS, targets), expected)
    assert loss.weights[targets].mean() == pytest.approx(1)


def test_class_absent_from_training_keeps_weight_one():
    loss = build("loss", "cross_entropy", MULTICLASS, class_weights="balanced")
    loss.fit(torch.tensor([0, 0, 0, 2]))
    assert loss.weights.tolist() == pytest.approx([4 / 6, 1, 2])


def test_weights_are_not_fitted_unless_asked():
    loss = build("loss", "cross_entropy", MULTICLASS)
    loss.fit(torch.tensor([0, 0, 0, 2]))
    assert loss.weights.tolist() == [1, 1, 1]


def test_binary_cross_entropy_balanced_by_hand():
    targets, logits = torch.tensor([1.0, 0, 0, 0, 1, 0, 0]), LOGITS[:, :1]
    loss = build("loss", "binary_cross_entropy", BINARY, class_weights="balanced")
    loss.fit(targets)
    p = torch.sigmoid(logits[:, 0])
    expected = -(7 / 4 * targets * p.log() + 7 / 10 * (1 - targets) * (1 - p).log())
    torch.testing.assert_close(loss(logits, targets), expected)


def test_binary_probabilities_are_of_the_first_and_second_class():
    loss = build("loss", "binary_cross_entropy", BINARY)
    probabilities = loss.probabilities(torch.tensor([[0.0], [2.0], [-90.0]]))
    expected = torch.sigmoid(torch.tensor([0.0, 2.0, -90.0]))
    torch.testing.assert_close(probabilities, torch.stack([1 - expected, expected], -1))
    assert loss.decide(probabilities).tolist() == [1, 1, 0]


def test_multilabel_is_the_mean_over_classes():
    targets = torch.tensor([[1.0, 0, 1]] * 7)
    loss = build("loss", "multilabel_cross_entropy", MULTILABEL)
    expected = functional.binary_cross_entropy_with_logits(LOGITS, targets, reduction="none").mean(-1)
    torch.testing.assert_close(loss(LOGITS, targets), expected)


def test_multilabel_balanced_weighs_each_class_by_itself():
    targets = torch.tensor([[1.0, 0, 1], [0, 0, 1], [0, 0, 1], [0, 1, 1]])
    loss = build("loss", "multilabel_cross_entropy", MULTILABEL, class_weights="balanced")
    loss.fit(targets)
    assert loss.weights[0].tolist() == pytest.approx([4 / 6, 4 / 6, 1])
    assert loss.weights[1].tolist() == pytest.approx([2, 2, 1])


def test_squared_error_is_standardised_and_predicts_in_the_unit():
    targets = torch.tensor([60.0, 80.0, 100.0, 120.0])
    loss = build("loss", "mean_squared_error", REGRESSION)
    loss.fit(targets)
    z = (targets - 90) / np.sqrt(500)
    torch.testing.assert_close(loss(torch.full((4, 1), 0.5), targets), (0.5 - z) ** 2)
    assert loss(torch.zeros(4, 1), targets).mean() == pytest.approx(1)
    torch.testing.assert_close(loss.decide(loss.probabilities(z[:, None])), targets)


def test_constant_target_has_deviation_one():
    loss = build("loss", "mean_squared_error", REGRESSION)
    loss.fit(torch.full((9,), 44.1))
    assert loss.deviation == 1
    assert loss.mean == pytest.approx(44.1)


@pytest.mark.parametrize(
    ("name", "task", "logits", "targets"),
    [
        ("cross_entropy", MULTICLASS, LOGITS[:3], torch.tensor([-1, 2, -1])),
        ("binary_cross_entropy", BINARY, LOGITS[:3, :1], torch.tensor([NAN, 1.0, NAN])),
        (
            "multilabel_cross_entropy",
            MULTILABEL,
            LOGITS[:3],
            torch.tensor([[NAN] * 3, [1.0, NAN, 0], [NAN] * 3]),
        ),
        ("mean_squared_error", REGRESSION, LOGITS[:3, :1], torch.tensor([NAN, 90.0, NAN])),
    ],
)
def test_missing_labels_cost_nothing(name, task, logits, targets):
    loss, logits = build("loss", name, task), logits.clone().requires_grad_()
    loss.fit(targets)
    values = loss(logits, targets)
    assert values[0] == values[2] == 0
    (gradient,) = torch.autograd.grad(values.sum(), logits)
    assert torch.isfinite(gradient).all()
    assert (gradient[[0, 2]] == 0).all()


def test_label_that_is_partly_missing_leaves_the_mean():
    targets = torch.tensor([[1.0, NAN, 0.0]])
    loss = build("loss", "multilabel_cross_entropy", MULTILABEL)
    known = functional.binary_cross_entropy_with_logits(LOGITS[:1, [0, 2]], targets[:, [0, 2]])
    assert loss(LOGITS[:1], targets)[0] == pytest.approx(float(known))


@pytest.mark.parametrize(
    ("name", "task", "message"),
    [
        ("cross_entropy", Task(name="d/x", kind="multiclass", classes=("a",)), "at least 2 classes, found 1"),
        (
            "binary_cross_entropy",
            Task(name="d/x", kind="binary", classes=CLASSES),
            "needs 2 classes, found 3",
        ),
        ("multilabel_cross_entropy", Task(name="d/x", kind="multilabel"), "found 0"),
        ("mean_squared_error", MULTICLASS, "is multiclass; this loss is for regression"),
    ],
)
def test_tasks_that_do_not_fit_are_refused(name, task, message):
    with pytest.raises(DataError, match=message):
        build("loss", name, task)


def test_regression_without_targets_is_refused():
    with pytest.raises(DataError, match="no target"):
        build("loss", "mean_squared_error", REGRESSION).fit(torch.tensor([NAN]))
