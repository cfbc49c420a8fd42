"""LogME against the Gaussian density of the targets, maximised numerically over both precisions."""

import numpy as np
import pytest
from scipy import optimize, stats

from harness.measures import logme, logme_regression

RNG = np.random.default_rng(1)


def best_evidence(features, target):
    """``y ~ N(0, I / β + F Fᵀ / α)``: the density itself, maximised from several starts."""
    n = len(target)

    def minus(log_precisions):
        alpha, beta = np.exp(log_precisions)
        covariance = np.eye(n) / beta + features @ features.T / alpha
        return -stats.multivariate_normal(np.zeros(n), covariance).logpdf(target)

    options = {"xatol": 1e-8, "fatol": 1e-10, "maxiter": 2000}
    starts = [(0.0, 0.0), (3.0, 1.0)]
    return -min(
        optimize.minimize(minus, start, method="Nelder-Mead", options=options).fun for start in starts
    )


@pytest.mark.parametrize(("n", "p", "noise"), [(30, 3, 0.5), (12, 20, 0.3), (40, 8, 3.0)])
def test_it_is_the_largest_evidence(n, p, noise):
    features = RNG.normal(size=(n, p))
    target = features @ RNG.normal(size=p) + noise * RNG.normal(size=n)
    assert logme_regression(features, target) == pytest.approx(best_evidence(features, target) / n, abs=1e-6)


def test_a_target_that_features_do_not_tell_has_the_evidence_of_noise():
    """With weights of zero ``1/β`` is the mean square: ``-½ (ln 2π·m + 1)`` a sample."""
    features = np.array([[1.0], [-1], [1], [-1]])
    target = np.array([1.0, 1, -1, -1])
    assert logme_regression(features, target) == pytest.approx(-0.5 * (np.log(2 * np.pi) + 1), abs=1e-6)


def test_classes_are_one_against_the_rest():
    labels = RNG.integers(0, 3, 15)
    features = np.eye(3)[labels] + 0.4 * RNG.normal(size=(15, 3))
    single = [best_evidence(features, (labels == k).astype(float)) / 15 for k in range(3)]
    assert logme(features, labels, 3) == pytest.approx(np.mean(single), abs=1e-6)
    columns = np.eye(3)[labels]
    assert logme_regression(features, columns) == pytest.approx(logme(features, labels, 3), abs=1e-12)


def test_better_features_have_more_evidence_and_absent_classes_none():
    labels = np.repeat([0, 1, 3], 10)
    told = np.eye(4)[labels] + 0.3 * RNG.normal(size=(30, 4))
    assert logme(told, labels, 4) > logme(RNG.normal(size=(30, 4)), labels, 4) + 0.1
    assert np.isfinite(logme(told, labels, 4))


@pytest.mark.parametrize(
    ("features", "labels", "n_classes", "reason"),
    [
        (np.zeros((4, 2)), np.array([0, 1, 0, 1]), 2, "all zero"),
        (np.ones((4, 2)), np.array([0, 1, 0, 2]), 2, "found class 2, allowed are 0 to 1"),
        (np.ones((4, 2)), np.array([1, 1, 1, 1]), 2, "one class"),
        (np.ones((4, 2)), np.array([0.0, 1, 0, 1]), 2, "allowed are 4 integers"),
        (np.ones((2, 2)), np.array([0, 1]), 2, "at least 3"),
    ],
)
def test_what_has_no_value_is_an_error(features, labels, n_classes, reason):
    with pytest.raises(ValueError, match=reason):
        logme(features, labels, n_classes)
