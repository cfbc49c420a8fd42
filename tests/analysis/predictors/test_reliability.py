"""ICC(1,1) against a published example and its definition."""

import numpy as np
import pandas as pd
import pytest

from harness.analysis.predictors.reliability import icc

#: Shrout and Fleiss 1979, table 2: six targets, four judges. ICC(1,1) is .17 (table 4).
RATINGS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def long(ratings):
    rows = [(str(task), value) for task, values in enumerate(ratings) for value in values]
    return pd.Series([value for _, value in rows], dtype=float), pd.Series([task for task, _ in rows])


def test_published_example():
    assert icc(*long(RATINGS)) == pytest.approx(0.17, abs=0.005)


def test_runs_that_agree_and_runs_that_do_not():
    assert icc(*long([[1, 1, 1], [2, 2, 2], [5, 5, 5]])) == pytest.approx(1.0)
    generator = np.random.default_rng(0)
    assert abs(icc(*long(generator.normal(size=(400, 4)).tolist()))) < 0.1


def test_simulated_share_of_task_variance_with_unequal_runs():
    generator = np.random.default_rng(1)
    ratings = [
        (task + generator.normal(size=n)).tolist()
        for task, n in zip(generator.normal(size=500), [2, 5] * 250)
    ]
    assert icc(*long(ratings)) == pytest.approx(0.5, abs=0.07)


@pytest.mark.parametrize("ratings", [[], [[1, 2]], [[1], [2], [3]], [[1, 1], [1, 1]], [[np.nan, 1], [2]]])
def test_not_defined(ratings):
    assert np.isnan(icc(*long(ratings)))
