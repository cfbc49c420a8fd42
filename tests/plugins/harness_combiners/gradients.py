"""Gradients of the kinds that aggregators meet, many members at a time, and TorchJD's weights for them."""

from collections.abc import Callable

import torch
from torch import Tensor

from harness.api import StackedStep
from harness.testing.stacked import stacked_form
from tests.plugins.harness_combiners.records import RECORDS

SEEDS, STEP = (11, 12, 13, 14, 15), 3


def drawn(tasks: int, seed: int) -> Tensor:
    return torch.randn(
        tasks, 7, generator=torch.Generator().manual_seed(100 * tasks + seed), dtype=torch.float64
    )


def conflicting(tasks: int, seed: int) -> Tensor:
    """Every two gradients have a negative product."""
    free = drawn(tasks, seed)
    return free - 1.2 * free.mean(0)


def dependent(tasks: int, seed: int) -> Tensor:
    """The last gradient is a combination of the others: the Gramian is singular."""
    free = drawn(tasks, seed)
    free[-1] = 0.5 * free[:-1].sum(0)
    return free


def equal(tasks: int, seed: int) -> Tensor:
    return drawn(1, seed).expand(tasks, 7).clone()


def opposed(tasks: int, seed: int) -> Tensor:
    free = drawn(tasks, seed)
    free[1] = -2 * free[0]
    return free


def with_zero(tasks: int, seed: int) -> Tensor:
    """A task that is present and has no gradient."""
    free = drawn(tasks, seed)
    free[0] = 0
    return free


def unequal(tasks: int, seed: int) -> Tensor:
    return drawn(tasks, seed) * torch.logspace(2, -2, tasks, dtype=torch.float64).unsqueeze(1)


def extreme(tasks: int, seed: int) -> Tensor:
    return drawn(tasks, seed) * torch.logspace(3, -3, tasks, dtype=torch.float64).unsqueeze(1)


KINDS = (drawn, conflicting, dependent, equal, opposed, with_zero, unequal)


def members(kind: Callable[[int, int], Tensor], tasks: int) -> tuple[Tensor, Tensor]:
    """Return gradients ``[M, T, 7]`` and which tasks are present: all; all but one; the first; the last."""
    gradients = torch.stack([kind(tasks, seed) for seed in SEEDS])
    present = torch.ones(len(SEEDS), tasks, dtype=torch.bool)
    present[1, 0] = present[2, -1] = False
    present[3, 1:] = False
    present[4, :-1] = False
    return gradients * present.unsqueeze(2), present


def stacked_weights(name: str, gradients: Tensor, present: Tensor, **settings: object) -> Tensor:
    """Return the stacked form's weights, ``[M, T]``, for members with ``SEEDS`` at step ``STEP``."""
    record, tasks = RECORDS[name], tuple(f"d/{task}" for task in range(gradients.shape[1]))
    parameters = [record.parameters(**settings)] * len(gradients)
    form = stacked_form(record, parameters, len(tasks))
    form.gather([seeded(name, seed, tasks, **settings) for seed in SEEDS[: len(gradients)]])
    step = StackedStep(
        present, torch.full((len(gradients),), STEP), torch.zeros(len(gradients), dtype=torch.bool)
    )
    form.begin(step)
    return form.weights(gradients @ gradients.mT, step)


def seeded(name: str, seed: int, tasks: tuple[str, ...], **settings: object):
    torch.manual_seed(seed)
    return RECORDS[name].build(RECORDS[name].parameters(**settings), tasks).double()


def by_weighting(weighting: Callable[[Tensor], Tensor], gradients: Tensor, present: Tensor) -> Tensor:
    """Return TorchJD's weights for the present tasks of one member, ``[T]``; 0 for the others."""
    own = gradients[present]
    weights = torch.zeros(len(present), dtype=gradients.dtype)
    weights[present] = weighting(own @ own.T)
    return weights


def updates(weights: Tensor, gradients: Tensor) -> Tensor:
    return (weights.unsqueeze(2) * gradients).sum(1)


def assert_same_updates(found: Tensor, expected: Tensor, gradients: Tensor, tolerance: float) -> None:
    """Compare updates, relative to the longest gradient: weights of dependent gradients are not unique."""
    size = gradients.norm(dim=2).amax(1, keepdim=True).clamp(min=1e-300)
    difference = (updates(found, gradients) - updates(expected, gradients)) / size
    assert difference.abs().max() < tolerance, difference
    assert torch.isfinite(found).all()
