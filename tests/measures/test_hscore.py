"""The H-score against its trace formula by hand, and its shrunk form against its definition."""

import numpy as np
import pytest
from sklearn.covariance import ledoit_wolf

from harness.measures import h_score

RNG = np.random.default_rng(2)


def test_by_hand():
    """Features 0, 2 | 4, 6: variance 5 about 3, class means 1 and 5 with variance 4: 4 / 5."""
    features = np.array([[0.0], [2], [4], [6]])
    assert h_score(features, np.array([0, 0, 1, 1])) == pytest.approx(0.8, abs=1e-12)
    assert h_score(features, np.array([0, 1, 1, 0])) == pytest.approx(0, abs=1e-12)


def covariances(features, labels):
    means = np.stack([features[labels == label].mean(axis=0) for label in labels])
    return np.cov(features, rowvar=False, bias=True), np.cov(means, rowvar=False, bias=True)


def test_the_trace_formula_and_its_invariance():
    labels = RNG.integers(0, 3, 40)
    features = RNG.normal(size=(40, 4)) + labels[:, None]
    within, between = covariances(features, labels)
    expected = np.trace(np.linalg.inv(within) @ between)
    assert h_score(features, labels) == pytest.approx(expected, rel=1e-10)
    assert h_score(features @ RNG.normal(size=(4, 4)) + 3, labels) == pytest.approx(expected, rel=1e-8)


def test_more_features_than_samples_are_shrunk():
    """Unshrunk, any such features give the number of classes less one; shrunk, they must tell the classes."""
    labels = np.repeat([0, 1, 2], 7)
    noise = RNG.normal(size=(21, 60))
    assert h_score(noise, labels, shrink=False) == pytest.approx(2, abs=1e-8)
    covariance, shrinkage = ledoit_wolf(noise)
    expected = (1 - shrinkage) * np.trace(np.linalg.inv(covariance) @ covariances(noise, labels)[1])
    assert h_score(noise, labels) == pytest.approx(expected, rel=1e-8)
    told = noise + 2 * np.eye(60)[labels] * 5
    assert h_score(told, labels) > h_score(noise, labels) + 0.2


def test_features_that_are_all_equal_have_none():
    with pytest.raises(ValueError, match="same features"):
        h_score(np.ones((4, 2)), np.array([0, 1, 0, 1]))
