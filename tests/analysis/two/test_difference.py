"""The difference of two means against scipy and against the closed form."""

import numpy as np
import pytest
from scipy import stats

from harness.analysis.corrected import corrected_t
from harness.analysis.two.difference import paired_difference, welch_difference

A, B = np.random.default_rng(0).normal(size=(2, 6)) * [[1.0], [3.0]]


def test_without_correction_it_is_welch_s_test():
    found = welch_difference(corrected_t(A, 0.0), corrected_t(B[:4], 0.0))
    expected = stats.ttest_ind(B[:4], A, equal_var=False)
    assert found is not None
    assert found.p == pytest.approx(expected.pvalue)
    assert found.df == pytest.approx(expected.df)
    assert found.interval(0.9) == pytest.approx(tuple(expected.confidence_interval(0.9)))


def test_the_correction_widens_each_mean_by_its_own():
    found = welch_difference(corrected_t(A, 0.5), corrected_t(B[:4], 0.25))
    assert found is not None
    v_a, v_b = (1 / 6 + 0.5) * A.var(ddof=1), (1 / 4 + 0.25) * B[:4].var(ddof=1)
    assert found.se == pytest.approx(np.sqrt(v_a + v_b))
    assert found.df == pytest.approx((v_a + v_b) ** 2 / (v_a**2 / 5 + v_b**2 / 3))
    assert found.mean == pytest.approx(B[:4].mean() - A.mean())


def test_paired_is_the_test_of_the_differences():
    found = paired_difference(A, B, 0.0)
    assert found is not None
    expected = stats.ttest_rel(B, A)
    assert found.p == pytest.approx(expected.pvalue)
    corrected = paired_difference(A, B, 0.5)
    assert corrected is not None
    assert corrected.se == pytest.approx(np.sqrt((1 / 6 + 0.5) * (B - A).var(ddof=1)))


def test_what_has_no_variance_has_no_difference():
    assert paired_difference(A, A + 1.0, 0.5) is None
    assert welch_difference(corrected_t(np.ones(3), 0.5), corrected_t(B, 0.5)) is None
    assert welch_difference(corrected_t(A, 0.5), None) is None
