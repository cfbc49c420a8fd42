import numpy as np
import pytest
import torch
from torch import nn
from torchjd import aggregation

from harness.api import DataError
from harness.testing import PlainStep, linear_problem
from harness_combiners.stacked.cagrad import MOST_TASKS, STATIONARY, cagrad_weights, faces
from tests.plugins.harness_combiners.gradients import (
    KINDS,
    assert_same_updates,
    by_weighting,
    drawn,
    extreme,
    members,
    stacked_weights,
    updates,
)
from tests.plugins.harness_combiners.records import RECORDS

RECORD = RECORDS["cagrad"]


def worst_weights(gradients, present, c):
    """Return the dual's ``w [T]`` from the update of one member, or ``None`` where there is no update."""
    weights = cagrad_weights(
        (gradients @ gradients.T)[None], present[None], torch.tensor([c], dtype=torch.float64)
    )[0]
    if not weights.any():
        return None
    beyond = weights - present.double() / present.sum()
    return beyond / beyond.sum()


@pytest.mark.parametrize("c", [0.1, 0.5, 0.99, 3.0])
@pytest.mark.parametrize("tasks", [2, 3, 5])
@pytest.mark.parametrize("kind", [*KINDS, extreme])
def test_the_dual_is_at_its_minimum(kind, tasks, c):
    """A convex function on the simplex is above its minimum by at most ``w · ∇F - min ∇F``."""
    for gradients, present in zip(*members(kind, tasks), strict=True):
        w = worst_weights(gradients, present, c)
        if w is None:
            continue
        assert w.min() > -1e-9
        mean = gradients[present].mean(0)
        toward = w @ gradients
        slope = gradients @ mean + c * mean.norm() * (gradients @ toward) / toward.norm()
        gap = w @ slope - slope[present].min()
        assert gap / gradients.norm() ** 2 < 1e-9


@pytest.mark.parametrize("size", [1e-8, 1.0, 1e8])
def test_there_is_no_update_where_gradients_balance_out(size):
    here = torch.ones(1, 2, dtype=torch.bool)
    opposed = size * torch.tensor([[1.0, 2.0], [-2.0, -4.0]], dtype=torch.float64)
    wide, narrow = (torch.tensor([c], dtype=torch.float64) for c in (2.0, 0.5))
    gramian = (opposed @ opposed.T)[None]
    assert not cagrad_weights(gramian, here, wide).any()
    assert cagrad_weights(gramian, here, narrow).any()  # the ball does not reach it
    opposed[1, 0] *= 1 + 10 * STATIONARY
    assert cagrad_weights((opposed @ opposed.T)[None], here, wide).any()


def test_balanced_gradients_of_mean_zero_move_nothing():
    third = 2 * np.pi / 3
    gradients = torch.tensor([[[np.cos(k * third), np.sin(k * third)] for k in range(3)]])
    weights = stacked_weights("cagrad", gradients, torch.ones(1, 3, dtype=torch.bool))
    assert updates(weights, gradients).norm() < 1e-12


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_two_tasks_by_search(size):
    """The primal problem on a fine grid: the worst task's gain along the update is the largest in the ball."""
    gradients = size * torch.tensor([[1.0, 0.2], [-0.4, 0.7]], dtype=torch.float64)
    c, mean = 0.6, gradients.mean(0)
    weights = stacked_weights("cagrad", gradients[None], torch.ones(1, 2, dtype=torch.bool), c=c)
    update = updates(weights, gradients[None])[0]
    torch.testing.assert_close((update - mean).norm(), c * mean.norm())
    angles = torch.linspace(0, 2 * torch.pi, 100_001, dtype=torch.float64)
    ring = mean + c * mean.norm() * torch.stack([angles.cos(), angles.sin()], dim=1)
    best = (ring @ gradients.T).amin(1).max()
    assert (
        0 <= (gradients @ update).min() / best - 1 < 1e-4
    )  # the minimum has a kink, the grid a step of 6e-5


def test_a_radius_of_zero_is_the_mean():
    gradients, present = members(drawn, 3)
    weights = stacked_weights("cagrad", gradients, present, c=0.0)
    torch.testing.assert_close(weights, present.double() / present.sum(1, keepdim=True))


@pytest.mark.parametrize("tasks", [2, 3, 5])
@pytest.mark.parametrize("kind", KINDS)
def test_updates_are_torchjds(kind, tasks):
    """Its solver is good to about 1e-6."""
    pytest.importorskip("cvxpy", reason="TorchJD's CAGrad needs cvxpy")
    gradients, present = members(kind, tasks)
    pairs = zip(gradients, present, strict=True)
    expected = [by_weighting(aggregation.CAGradWeighting(c=0.5), own, here) for own, here in pairs]
    found = stacked_weights("cagrad", gradients, present, c=0.5)
    assert_same_updates(found, torch.stack(expected), gradients, 1e-4)


def test_faces_are_all_subsets():
    assert sorted(map(tuple, faces(2).int().tolist())) == [(0, 1), (1, 0), (1, 1)]
    assert len(faces(5)) == 31


def test_more_tasks_than_can_be_solved_are_refused():
    names = tuple(f"d/{task}" for task in range(MOST_TASKS + 1))
    with pytest.raises(DataError, match=r"at most 12 tasks, found 13: d/0, d/1"):
        RECORD.build(RECORD.parameters(), names)


def test_as_many_tasks_as_allowed_are_solved():
    gradients = drawn(MOST_TASKS, 0)
    problem = linear_problem(gradients.float(), [1.0] * MOST_TASKS)
    combiner, theta = RECORD.build(RECORD.parameters(), problem.tasks), nn.Parameter(problem.start.clone())
    combiner.step(PlainStep(problem, theta, torch.optim.SGD([theta], lr=0.0)))
    mean = gradients.float().mean(0)
    assert (theta.grad - mean).norm() <= 0.5 * mean.norm() * (1 + 1e-4)
