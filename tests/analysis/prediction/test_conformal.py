"""Hierarchical jackknife+ against a count by hand, and its coverage on tasks drawn at random."""

import numpy as np
import pytest

from harness.analysis.prediction.conformal import interval, tasks_needed


def test_one_residual_a_task_is_the_plain_jackknife_plus():
    """With nine residuals at 80 %: the 8th smallest of ten places above, the 2nd below (Barber et al. 2021, eq. 4)."""
    generator = np.random.default_rng(0)
    predicted, residuals = generator.normal(size=9), generator.normal(size=9)
    low, high = interval(predicted, residuals, np.arange(9), 0.8)
    assert high == np.sort(predicted + np.abs(residuals))[7]
    assert low == np.sort(predicted - np.abs(residuals))[1]


def test_a_task_counts_once_however_many_pairs_it_has():
    """Task 0 has a hundred large residuals; half of the weight of the tasks still lies on the others."""
    residuals = np.r_[np.full(100, 9.0), 1.0, 2.0, 3.0]
    units = np.r_[np.zeros(100), 1, 2, 3]
    assert interval(np.zeros(103), residuals, units, 0.6) == (-3.0, 3.0)


def test_too_few_tasks_give_no_bound():
    zeros = np.zeros(3)
    assert interval(zeros, zeros, np.arange(3), 0.8) == (-np.inf, np.inf)
    assert interval(np.zeros(4), np.zeros(4), np.arange(4), 0.8) == (0.0, 0.0)


@pytest.mark.parametrize(("confidence", "needed"), [(0.5, 1), (0.8, 4), (0.9, 9), (0.95, 19)])
def test_tasks_needed(confidence, needed):
    assert tasks_needed(confidence) == needed


def test_covers_new_tasks_whose_gains_share_an_effect():
    """2,000 draws, 9 tasks of 6 residuals each with a task effect, a model that predicts zero: between 80 % and
    80 % + 1 / 10 (Lee, Barber and Willett 2023), ± 2.7 % for sampling."""
    generator = np.random.default_rng(1)
    units = np.repeat(np.arange(9), 6)
    held = []
    for _ in range(2000):
        effect = generator.normal(size=10)
        residuals = np.repeat(effect[:9], 6) + generator.normal(0, 0.3, 54)
        low, high = interval(np.zeros(54), residuals, units, 0.8)
        held.append(low <= effect[9] + generator.normal(0, 0.3) <= high)
    assert 0.773 <= np.mean(held) <= 0.927
