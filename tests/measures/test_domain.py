"""The domain classifier: chance on one distribution, one on two, and no group on both sides."""

import numpy as np
import pytest

from harness.measures import domain_accuracy

RNG = np.random.default_rng(4)


def test_alike_and_apart():
    x, y = RNG.normal(size=(300, 3)), RNG.normal(size=(100, 3))
    assert domain_accuracy(x, y) == pytest.approx(0.5, abs=0.08)
    assert domain_accuracy(x, y + 10) == 1.0
    assert domain_accuracy(x, y, seed=1) == domain_accuracy(x, y, seed=1)


def test_a_known_shift_gives_the_accuracy_of_its_best_rule():
    """Normal samples two standard deviations apart: Φ(1) = .841."""
    x, y = RNG.normal(size=(800, 1)), RNG.normal(size=(800, 1)) + 2
    assert domain_accuracy(x, y) == pytest.approx(0.841, abs=0.03)


def test_groups_that_are_alone_on_one_side_are_not_learnt_by_heart():
    """Every group has a place of its own, no matter which side it is on: only memory tells the sides apart."""
    groups = np.repeat(np.arange(16), 10)
    place = np.eye(16)[groups] + 0.01 * RNG.normal(size=(160, 16))
    x, y = place[:80], place[80:]
    assert domain_accuracy(x, y) > 0.95
    assert domain_accuracy(x, y, groups[:80], groups[80:]) < 0.75


@pytest.mark.parametrize(
    ("groups_x", "reason"),
    [(np.zeros(20), "found 1 in x or y"), (np.arange(3), "20 and 3 samples")],
)
def test_too_few_groups(groups_x, reason):
    with pytest.raises(ValueError, match=reason):
        domain_accuracy(RNG.normal(size=(20, 2)), RNG.normal(size=(20, 2)), groups_x)
