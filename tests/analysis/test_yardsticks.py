"""Metrics of tasks, and the share of the error that a gain removes."""

import math

import pytest

from harness.analysis.yardsticks import Yardstick, error_reduction, yardsticks
from tests.results.synthetic import synthetic_tables


def test_every_metric_has_direction_and_best():
    found = yardsticks(synthetic_tables(7))
    assert found["notes/family"] == (Yardstick("macro_f1", 1.0, 1.0), Yardstick("accuracy", 1.0, 1.0))
    assert found["speech/rate"] == (Yardstick("rmse", -1.0, 0.0),)


def test_older_studies_have_the_primary_metric_without_a_best():
    tables = synthetic_tables(2)
    tables["tasks"] = tables["tasks"].drop(columns=["metrics", "metrics_direction", "metrics_best"])
    found = yardsticks(tables)["notes/family"]
    assert (found[0].metric, found[0].sign) == ("macro_f1", 1.0)
    assert len(found) == 1
    assert math.isnan(found[0].best)


@pytest.mark.parametrize(
    ("gain", "single", "best", "expected"),
    [(0.1, 0.6, 1.0, 0.25), (0.2, 0.8, 0.0, 0.25), (-0.2, 0.6, 1.0, -0.5)],
)
def test_error_reduction_is_the_share_of_what_is_left(gain, single, best, expected):
    assert error_reduction(gain, single, best) == pytest.approx(expected)


@pytest.mark.parametrize(("single", "best"), [(1.0, 1.0), (0.5, math.nan)])
def test_no_error_left_or_no_best_is_no_number(single, best):
    assert math.isnan(error_reduction(0.1, single, best))
