"""The random orders in which gradient surgery visits the tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

#: In an order: no task is left.
NONE = -1
#: Draws the order in which one of ``n`` visits the others, from (its place, ``n``, the generator of the step).
Permute = Callable[[int, int, torch.Generator], list[int]]


def visiting_orders(present: Sequence[bool], permute: Permute, generator: torch.Generator) -> list[list[int]]:
    """Return the tasks that each task visits, ``[T][T - 1]``, padded with ``NONE``: the other present ones."""
    tasks = [task for task, here in enumerate(present) if here]
    orders = [[NONE] * (len(present) - 1) for _ in present]
    for place, task in enumerate(tasks):
        # of two, each has one other to visit
        places = permute(place, len(tasks), generator) if len(tasks) > 2 else range(len(tasks))
        visited = [tasks[other] for other in places if other != place]
        orders[task][: len(visited)] = visited
    return orders


def permuted_all(place: int, n: int, generator: torch.Generator) -> list[int]:
    """Draw as TorchJD's PCGrad does: a permutation of all, itself included."""
    order: list[int] = torch.randperm(n, generator=generator).tolist()
    return order


def permuted_others(place: int, n: int, generator: torch.Generator) -> list[int]:
    """Draw as TorchJD's GradVac does: a permutation of the others."""
    others = [other for other in range(n) if other != place]
    return [others[drawn] for drawn in torch.randperm(n - 1, generator=generator).tolist()]
