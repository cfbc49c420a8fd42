"""Fréchet distance in closed form, MMD against a direct double sum, and both on samples of one distribution."""

import itertools

import numpy as np
import pytest
from scipy import linalg

from harness.measures import frechet_distance, mmd

RNG = np.random.default_rng(3)


def with_moments(mean, covariance, n=50):
    """Samples whose mean and covariance are exactly these."""
    raw = RNG.normal(size=(n, len(mean)))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw, rowvar=False))).T
    return white @ np.linalg.cholesky(covariance).T + mean


def test_frechet_of_gaussians_with_commuting_covariances():
    """``Σ (μ - μ')² + (σ - σ')²`` for diagonal covariances: (1 + 4) + (1 - 3)² + (2 - 5)²."""
    x = with_moments(np.array([0.0, 0]), np.diag([1.0, 4]))
    y = with_moments(np.array([1.0, 2]), np.diag([9.0, 25]))
    assert frechet_distance(x, y) == pytest.approx(5 + 4 + 9, rel=1e-9)


def test_frechet_with_the_matrix_square_root():
    first, second = (a @ a.T + np.eye(3) for a in RNG.normal(size=(2, 3, 3)))
    x, y = with_moments(np.zeros(3), first), with_moments(np.ones(3), second)
    expected = 3 + np.trace(first + second - 2 * linalg.sqrtm(first @ second).real)
    assert frechet_distance(x, y) == pytest.approx(expected, rel=1e-8)
    assert frechet_distance(y, x) == pytest.approx(expected, rel=1e-8)
    assert frechet_distance(x, x) == pytest.approx(0, abs=1e-8)


def test_frechet_of_one_feature_and_of_fewer_samples_than_features():
    x, y = np.array([[0.0], [2]]), np.array([[1.0], [5]])  # means 1, 3; standard deviations √2, 2√2
    assert frechet_distance(x, y) == pytest.approx(4 + 2, rel=1e-12)
    wide = RNG.normal(size=(5, 30))
    assert frechet_distance(wide, wide) == pytest.approx(0, abs=1e-7)


def test_mmd_is_the_double_sum():
    x, y = RNG.normal(size=(6, 2)), RNG.normal(size=(4, 2)) + 1  # 45 pairs: the median is one of them
    pooled = np.concatenate([x, y])
    squared = [((a - b) ** 2).sum() for a, b in itertools.combinations(pooled, 2)]

    def k(a, b):
        return np.exp(-((a - b) ** 2).sum() / (2 * np.median(np.sqrt(squared)) ** 2))

    within = [np.mean([k(a, b) for a, b in itertools.permutations(part, 2)]) for part in (x, y)]
    between = np.mean([k(a, b) for a in x for b in y])
    assert mmd(x, y) == pytest.approx(sum(within) - 2 * between, abs=1e-12)
    assert mmd(y, x) == pytest.approx(mmd(x, y), abs=1e-12)


def test_mmd_is_unbiased_under_one_distribution_and_grows_with_a_shift():
    none = [mmd(RNG.normal(size=(20, 2)), RNG.normal(size=(20, 2))) for _ in range(200)]
    assert abs(np.mean(none)) < 3 * np.std(none) / np.sqrt(200)
    assert min(none) < 0
    shifts = [mmd(RNG.normal(size=(50, 2)), RNG.normal(size=(50, 2)) + shift) for shift in (0, 1, 3)]
    assert shifts[0] < shifts[1] < shifts[2] < 2


@pytest.mark.parametrize(
    ("measure", "x", "y", "reason"),
    [
        (frechet_distance, np.ones((3, 2)), np.ones((3, 4)), "2 and 4 features"),
        (mmd, np.ones((3, 2)), np.ones((3, 2)), "no kernel width"),
        (mmd, np.ones((1, 2)), np.ones((3, 2)), "x: found 1 samples, at least 2"),
    ],
)
def test_what_has_no_value_is_an_error(measure, x, y, reason):
    with pytest.raises(ValueError, match=reason):
        measure(x, y)
