import numpy as np
import pytest
from sklearn import metrics as sk

from harness.testing import MetricContract
from tests.plugins.harness_training.records import RECORDS, build

RNG = np.random.default_rng(0)
TARGETS = RNG.integers(0, 4, 60)
PROBABILITIES = RNG.dirichlet(np.ones(4), 60)
PREDICTIONS = PROBABILITIES.argmax(-1)
ANSWERS = (TARGETS, PREDICTIONS, PROBABILITIES, 4)
LABELS = (RNG.random((60, 4)) < 0.3).astype(np.float32)
MULTILABEL = (LABELS, (PROBABILITIES > 0.3).astype(np.float32), PROBABILITIES, 4)


class TestMacroF1(MetricContract):
    record = RECORDS["metric", "macro_f1"]


def test_binary_macro_f1_counts_both_classes():
    targets, predictions = np.array([0.0, 0, 0, 1], np.float32), np.zeros(4, np.float32)
    value = build("metric", "macro_f1")(targets, predictions, np.zeros((4, 2)), 2)
    assert value == pytest.approx((6 / 7 + 0) / 2)


def test_macro_f1_counts_a_class_that_is_absent_as_zero():
    targets, predictions = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1])
    f1 = build("metric", "macro_f1")
    assert f1(targets, predictions, np.eye(3)[targets], 3) == pytest.approx(2 / 3)
    assert f1.per_class(targets, predictions, np.eye(3)[targets], 3).tolist() == [1, 1, 0]


@pytest.mark.parametrize("answers", [ANSWERS, MULTILABEL])
def test_agrees_with_scikit_learn(answers):
    expected = sk.f1_score(answers[0], answers[1], average="macro")
    assert build("metric", "macro_f1")(*answers) == pytest.approx(expected)


@pytest.mark.parametrize("n", [1, 3, 40])
def test_equals_scikit_learn_to_the_bit_with_classes_that_are_absent(n):
    f1, rng = build("metric", "macro_f1"), np.random.default_rng(n)
    for _ in range(50):
        truth, guess = rng.integers(7, size=n), rng.integers(9, size=n)
        expected = sk.f1_score(truth, guess, labels=range(10), average=None, zero_division=0)
        assert f1.per_class(truth, guess, np.empty(0), 10).tolist() == expected.tolist()
        truth, guess = rng.integers(2, size=(n, 3)), rng.integers(2, size=(n, 3))
        expected = sk.f1_score(truth, guess, average=None, zero_division=0)
        assert f1.per_class(truth, guess, np.empty(0), 3).tolist() == expected.tolist()
