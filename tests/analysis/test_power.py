"""The smallest correlation that can be found, against studies drawn with that correlation."""

import numpy as np
import pytest
from scipy import stats

from harness.analysis.power import detectable_correlation


@pytest.mark.parametrize("n_tasks", [8, 20])
def test_so_many_tasks_find_it_in_four_of_five_studies(n_tasks):
    """10,000 draws; the approximation is right to .035 (.80 at 20 tasks, .83 at eight)."""
    r, n = detectable_correlation(n_tasks), 10_000
    x, rest = np.random.default_rng(0).normal(size=(2, n, n_tasks))
    y = r * x + np.sqrt(1 - r**2) * rest
    x, y = stats.zscore(x, axis=1), stats.zscore(y, axis=1)
    found = (x * y).mean(axis=1)
    t = found * np.sqrt((n_tasks - 2) / (1 - found**2))
    assert np.mean(2 * stats.t.sf(np.abs(t), n_tasks - 2) <= 0.05) == pytest.approx(0.8, abs=0.035)


def test_values():
    """Ten tasks: artanh(.6319) + .8416 / sqrt(7) = 1.0631 = artanh(.7698) + .7698 / 18."""
    assert detectable_correlation(10) == pytest.approx(0.7698, abs=1e-4)
    assert detectable_correlation(10, 0.99) > detectable_correlation(10) > detectable_correlation(20)
    assert np.isnan(detectable_correlation(3))
