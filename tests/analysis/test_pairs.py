"""Features of directed pairs from statistics of tasks."""

import numpy as np
import pandas as pd
import pytest

from harness.analysis.pairs import COLUMNS, pairwise
from harness.analysis.predictors.reliability import icc

STATISTICS = pd.DataFrame(
    {"task": ["a", "b", "c"], "statistic": "x", "value": [1.0, 3.0, np.nan], "reliability": 0.4}
)


def test_three_features_a_directed_pair():
    found = pairwise(STATISTICS)
    assert list(found) == COLUMNS
    assert len(found) == 6 * 3
    value = found.set_index(["main", "partner", "predictor"])["value"]
    assert [value["a", "b", f"x_{side}"] for side in ("main", "partner", "difference")] == [1, 3, -2]
    assert value["b", "a", "x_difference"] == 2
    assert np.isnan(value["a", "c", "x_difference"])
    assert value["a", "c", "x_main"] == 1
    assert (found["reliability"] == 0.4).all()


def test_statistics_without_reliability():
    assert pairwise(STATISTICS.drop(columns="reliability"))["reliability"].isna().all()
    assert pairwise(STATISTICS.iloc[:0]).empty


def test_a_difference_is_as_reliable_as_its_statistic():
    """Runs of 600 tasks, half of whose variance is the task's own, paired at random: ICC .5 either way."""
    generator = np.random.default_rng(0)
    runs = generator.normal(size=(600, 1)) + generator.normal(size=(600, 4))
    difference = runs[:300] - runs[300:]

    def reliability(values):
        return icc(pd.Series(values.ravel()), pd.Series(np.repeat(np.arange(len(values)), 4)))

    assert reliability(difference) == pytest.approx(reliability(runs), abs=0.06)
