import math

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


class TestAccuracy(MetricContract):
    record = RECORDS["metric", "accuracy"]


class TestBalancedAccuracy(MetricContract):
    record = RECORDS["metric", "balanced_accuracy"]


def test_balanced_accuracy_leaves_out_a_class_that_is_absent():
    targets, predictions = np.array([0, 0, 1, 1]), np.array([0, 2, 1, 1])
    metric = build("metric", "balanced_accuracy")
    assert metric(targets, predictions, np.eye(3)[predictions], 3) == pytest.approx(0.75)
    np.testing.assert_array_equal(
        metric.per_class(targets, predictions, np.eye(3)[predictions], 3), [0.5, 1, math.nan]
    )


def test_agrees_with_scikit_learn():
    assert build("metric", "accuracy")(*ANSWERS) == pytest.approx((TARGETS == PREDICTIONS).mean())
    expected = sk.balanced_accuracy_score(TARGETS, PREDICTIONS)
    assert build("metric", "balanced_accuracy")(*ANSWERS) == pytest.approx(expected)
