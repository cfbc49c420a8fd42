"""LEEP by hand."""

import numpy as np
import pytest

from harness.measures import leep


def test_by_hand():
    """θ = (.8, .2), (.6, .4), (.2, .8), y = 0, 0, 1. Joint sums: P(0, z) ∝ (1.4, .6), P(1, z) ∝ (.2, .8).

    P(0 | z) = (1.4 / 1.6, .6 / 1.4), P(1 | z) = (.2 / 1.6, .8 / 1.4).
    """
    theta = np.array([[0.8, 0.2], [0.6, 0.4], [0.2, 0.8]])
    told = [
        0.8 * 0.875 + 0.2 * 0.6 / 1.4,
        0.6 * 0.875 + 0.4 * 0.6 / 1.4,
        0.2 * 0.125 + 0.8 * 0.8 / 1.4,
    ]
    assert leep(theta, np.array([0, 0, 1])) == pytest.approx(np.log(told).mean(), abs=1e-12)


def test_a_source_that_knows_the_labels_and_one_that_knows_nothing():
    labels = np.array([0, 0, 1, 2, 1, 0])
    assert leep(np.eye(3)[labels], labels) == pytest.approx(0, abs=1e-12)
    shares = np.bincount(labels) / 6
    entropy = -(shares * np.log(shares)).sum()
    assert leep(np.full((6, 4), 0.25), labels) == pytest.approx(-entropy, abs=1e-12)


def test_names_of_classes_and_unused_source_classes_do_not_matter():
    theta = np.array([[0.8, 0.2, 0], [0.6, 0.4, 0], [0.2, 0.8, 0]])
    assert leep(theta, np.array([7, 7, 2])) == pytest.approx(leep(theta[:, :2], np.array([0, 0, 1])))


@pytest.mark.parametrize("theta", [np.full((3, 2), 0.4), np.array([[1.2, -0.2]] * 3)], ids=["sum", "sign"])
def test_rows_must_be_probabilities(theta):
    with pytest.raises(ValueError, match="allowed are probabilities whose sum is 1"):
        leep(theta, np.array([0, 0, 1]))
