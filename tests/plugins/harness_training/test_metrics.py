"""All metrics against scikit-learn and SciPy, and against their contract."""

import math

import numpy as np
import pytest
from scipy.stats import rankdata
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


class TestAccuracy(MetricContract):
    record = RECORDS["metric", "accuracy"]


class TestBalancedAccuracy(MetricContract):
    record = RECORDS["metric", "balanced_accuracy"]


class TestAUROC(MetricContract):
    record = RECORDS["metric", "auroc"]


class TestMeanAveragePrecision(MetricContract):
    record = RECORDS["metric", "mean_average_precision"]


class TestSpearman(MetricContract):
    record = RECORDS["metric", "spearman"]


class TestRMSE(MetricContract):
    record = RECORDS["metric", "rmse"]


@pytest.mark.parametrize(
    ("name", "answers", "expected"),
    [
        ("macro_f1", ANSWERS, sk.f1_score(TARGETS, PREDICTIONS, average="macro")),
        ("macro_f1", MULTILABEL, sk.f1_score(LABELS, MULTILABEL[1], average="macro")),
        ("accuracy", ANSWERS, (TARGETS == PREDICTIONS).mean()),
        ("balanced_accuracy", ANSWERS, sk.balanced_accuracy_score(TARGETS, PREDICTIONS)),
        ("auroc", ANSWERS, sk.roc_auc_score(TARGETS, PROBABILITIES, multi_class="ovr", average="macro")),
        ("auroc", MULTILABEL, sk.roc_auc_score(LABELS, PROBABILITIES, average="macro")),
        (
            "mean_average_precision",
            MULTILABEL,
            sk.average_precision_score(LABELS, PROBABILITIES, average="macro"),
        ),
        (
            "mean_average_precision",
            ANSWERS,
            sk.average_precision_score(TARGETS, PROBABILITIES, average="macro"),
        ),
    ],
)
def test_agrees_with_scikit_learn(name, answers, expected):
    assert build("metric", name)(*answers) == pytest.approx(expected)


def test_binary_auroc_is_that_of_the_second_class():
    targets, p = (TARGETS > 1).astype(np.float32), PROBABILITIES[:, 0]
    answers = (targets, (p > 0.5).astype(np.float32), np.stack([1 - p, p], -1), 2)
    auroc = build("metric", "auroc")
    assert auroc(*answers) == pytest.approx(sk.roc_auc_score(targets, p))
    assert auroc.per_class(*answers) == pytest.approx([sk.roc_auc_score(targets, p)] * 2)


def test_binary_macro_f1_counts_both_classes():
    targets, predictions = np.array([0.0, 0, 0, 1], np.float32), np.zeros(4, np.float32)
    value = build("metric", "macro_f1")(targets, predictions, np.zeros((4, 2)), 2)
    assert value == pytest.approx((6 / 7 + 0) / 2)


def test_macro_f1_counts_a_class_that_is_absent_as_zero():
    targets, predictions = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1])
    f1 = build("metric", "macro_f1")
    assert f1(targets, predictions, np.eye(3)[targets], 3) == pytest.approx(2 / 3)
    assert f1.per_class(targets, predictions, np.eye(3)[targets], 3).tolist() == [1, 1, 0]


def test_balanced_accuracy_leaves_out_a_class_that_is_absent():
    targets, predictions = np.array([0, 0, 1, 1]), np.array([0, 2, 1, 1])
    metric = build("metric", "balanced_accuracy")
    assert metric(targets, predictions, np.eye(3)[predictions], 3) == pytest.approx(0.75)
    np.testing.assert_array_equal(
        metric.per_class(targets, predictions, np.eye(3)[predictions], 3), [0.5, 1, math.nan]
    )


@pytest.mark.parametrize("name", ["auroc", "mean_average_precision"])
def test_ranking_leaves_out_absent_classes_and_is_nan_without_any(name):
    metric, keep = build("metric", name), TARGETS != 2
    answers = (TARGETS[keep], PREDICTIONS[keep], PROBABILITIES[keep], 4)
    values = metric.per_class(*answers)
    assert np.isnan(values).tolist() == [False, False, True, False]
    assert metric(*answers) == pytest.approx(np.nanmean(values))
    assert math.isnan(metric(np.zeros(5, int), np.zeros(5, int), PROBABILITIES[:5], 4))


@pytest.mark.parametrize("name", ["auroc", "mean_average_precision"])
def test_ranking_of_probabilities_that_are_not_finite_is_nan(name):
    assert math.isnan(build("metric", name)(TARGETS, PREDICTIONS, np.full((60, 4), np.nan), 4))


def test_spearman_is_pearson_of_the_ranks():
    targets, predictions = np.round(RNG.normal(size=40), 1), np.round(RNG.normal(size=40), 1)  # with ties
    expected = np.corrcoef(rankdata(targets), rankdata(predictions))[0, 1]
    value = build("metric", "spearman")(targets, predictions, predictions[:, None], None)
    assert value == pytest.approx(expected)


def test_spearman_of_equal_predictions_is_chance_and_of_equal_targets_nan():
    spearman, values = build("metric", "spearman"), np.arange(5.0)
    assert spearman(values, np.ones(5), np.ones((5, 1)), None) == 0
    assert math.isnan(spearman(np.ones(5), values, values[:, None], None))
    assert math.isnan(spearman(values, values * np.nan, values[:, None], None))


def test_rmse_has_the_unit_of_the_target():
    targets, predictions = np.array([60.0, 80, 100]), np.array([63.0, 76, 100])
    value = build("metric", "rmse")(targets, predictions, predictions[:, None], None)
    assert value == pytest.approx(math.sqrt(25 / 3))
    assert math.isnan(build("metric", "rmse")(targets, predictions * np.nan, predictions[:, None], None))
