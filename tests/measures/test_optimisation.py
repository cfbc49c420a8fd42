"""TAG affinity and gradient cosine on quadratic losses, whose updates are known exactly."""

import numpy as np
import pytest

from harness.measures import gradient_cosine, tag_affinity


def test_equation_by_hand():
    before = np.array([2.0, 4.0])
    after = np.array([[1.0, 3.0], [3.0, 2.0]])  # after[i, j]: the loss of j after the update of i
    assert tag_affinity(before, after) == pytest.approx(np.array([[0.5, 0.25], [-0.5, 0.5]]))


def test_a_partner_whose_update_lowers_the_mains_loss_has_a_positive_value():
    """Losses ``½ ‖θ - c‖² + 1`` at θ = 0: tasks 0 and 1 pull the same way, task 2 the other, task 3 sideways."""
    centres = np.array([[1.0, 0], [2, 0], [-1, 0], [0, 0.1]])
    rate = 0.1

    def losses(theta):
        return 0.5 * ((theta - centres) ** 2).sum(axis=1) + 1

    before = losses(np.zeros(2))
    after = np.stack([losses(rate * centre) for centre in centres])  # the gradient at 0 is -centre
    affinity = tag_affinity(before, after)
    assert affinity[1, 0] > 0 < affinity[0, 1]
    assert affinity[2, 0] < 0 > affinity[0, 2]
    # closed form, partner i, main j: (rate cᵢ·cⱼ - ½ rate² ‖cᵢ‖²) / L_j
    expected = rate * centres @ centres.T - 0.5 * rate**2 * (centres**2).sum(axis=1)[:, None]
    assert affinity == pytest.approx(expected / before, abs=1e-12)
    assert not np.allclose(affinity, affinity.T)
    cosine = gradient_cosine(centres @ centres.T)
    assert cosine == pytest.approx(np.array([[1, 1, -1, 0], [1, 1, -1, 0], [-1, -1, 1, 0], [0, 0, 0, 1]]))


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (np.ones(2), np.ones((2, 3)), "allowed are"),
        (np.array([1.0, 0]), np.ones((2, 2)), "losses above zero"),
        (np.ones(2), np.full((2, 2), np.inf), "4 of 4 values are not finite"),
    ],
)
def test_losses_that_have_no_affinity(before, after, reason):
    with pytest.raises(ValueError, match=reason):
        tag_affinity(before, after)


@pytest.mark.parametrize(("gramian", "reason"), [(np.zeros((2, 2)), "length zero"), (np.ones(2), "shape")])
def test_gradients_that_have_no_cosine(gramian, reason):
    with pytest.raises(ValueError, match=reason):
        gradient_cosine(gramian)
