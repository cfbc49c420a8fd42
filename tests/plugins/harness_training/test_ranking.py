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


class TestAUROC(MetricContract):
    record = RECORDS["metric", "auroc"]


class TestMeanAveragePrecision(MetricContract):
    record = RECORDS["metric", "mean_average_precision"]


def test_binary_auroc_is_that_of_the_second_class():
    targets, p = (TARGETS > 1).astype(np.float32), PROBABILITIES[:, 0]
    answers = (targets, (p > 0.5).astype(np.float32), np.stack([1 - p, p], -1), 2)
    auroc = build("metric", "auroc")
    assert auroc(*answers) == pytest.approx(sk.roc_auc_score(targets, p))
    assert auroc.per_class(*answers) == pytest.approx([sk.roc_auc_score(targets, p)] * 2)


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


@pytest.mark.parametrize("answers", [ANSWERS, MULTILABEL])
def test_agrees_with_scikit_learn(answers):
    targets, _, probabilities, _ = answers
    expected = sk.roc_auc_score(targets, probabilities, multi_class="ovr", average="macro")
    assert build("metric", "auroc")(*answers) == pytest.approx(expected)
    expected = sk.average_precision_score(targets, probabilities, average="macro")
    assert build("metric", "mean_average_precision")(*answers) == pytest.approx(expected)
