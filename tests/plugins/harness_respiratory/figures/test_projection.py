"""t-SNE keeps apart what is apart, is decided by its seed, and its number is scikit-learn's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import silhouette_samples

from harness.api import DataError
from harness_respiratory.figures.projection import project, silhouette

RNG = np.random.default_rng(0)
LABELS = ["a", "b"] * 20
APART = RNG.normal(size=(40, 6)) + 8 * (np.arange(40) % 2)[:, None]


def test_classes_that_are_apart_stay_apart():
    found = project(APART, LABELS)
    assert found.points.shape == (40, 2)
    assert found.embedding_silhouette > 0.7
    assert found.plane_silhouette > 0.7
    mixed = project(APART, sorted(LABELS))
    assert mixed.embedding_silhouette < 0.1
    assert mixed.plane_silhouette < 0.1


def test_the_seed_decides():
    np.testing.assert_array_equal(
        project(APART, LABELS, seed=1).points, project(APART, LABELS, seed=1).points
    )


def test_silhouette_is_the_mean_over_clips():
    assert silhouette(APART, LABELS) == pytest.approx(silhouette_samples(APART, LABELS).mean())


@pytest.mark.parametrize("labels", [["a"] * 40, [str(i) for i in range(40)]])
def test_silhouette_is_not_defined_for_one_class_or_one_clip_a_class(labels):
    assert math.isnan(silhouette(APART, labels))


def test_what_does_not_fit_is_refused():
    with pytest.raises(DataError, match="at least 4 clips with a label each, found 3 and 3 labels"):
        project(APART[:3], LABELS[:3])
    with pytest.raises(DataError, match=r"perplexity 20 does not fit 40 clips; allowed: .* at most 13"):
        project(APART, LABELS, perplexity=20)
