import math

import numpy as np
import pytest
from scipy.stats import rankdata

from harness.testing import MetricContract
from tests.plugins.harness_training.records import RECORDS, build


class TestSpearman(MetricContract):
    record = RECORDS["metric", "spearman"]


class TestRMSE(MetricContract):
    record = RECORDS["metric", "rmse"]


def test_spearman_is_pearson_of_the_ranks():
    targets, predictions = np.random.default_rng(0).normal(size=(2, 40)).round(1)  # with ties
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
