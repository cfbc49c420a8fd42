"""A choice of networks: what each trains, what each serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.analysis.groupings.worth import Worth


@dataclass(frozen=True)
class Network:
    """One network: a bit mask of the tasks that it trains and the positions of the tasks that it serves."""

    trained: int
    served: tuple[int, ...]


Choice = tuple[Network, ...]


def serve(worth: Worth, groups: Sequence[int]) -> Choice | None:
    """Return the networks of these groups, each task served by the network where it gains most.

    A network that serves nobody is left out. ``None``: some task is in none of them with a known gain. Of
    networks with equal gains the smaller one serves.
    """
    ordered = sorted(set(groups), key=lambda mask: (mask.bit_count(), mask))
    values = np.array(
        [[worth.value(mask, t) if mask >> t & 1 else np.nan for mask in ordered] for t in _all(worth)]
    )
    values = np.where(np.isnan(values), -np.inf, values)
    if not ordered or not np.isfinite(values.max(axis=1)).all():
        return None
    best = values.argmax(axis=1)
    found = [Network(mask, tuple(np.flatnonzero(best == i).tolist())) for i, mask in enumerate(ordered)]
    return tuple(sorted((network for network in found if network.served), key=lambda network: network.served))


def task_values(worth: Worth, choice: Choice) -> np.ndarray:
    """Return what every task gains in the network that serves it, ``[tasks]``."""
    values = np.full(len(worth.tasks), np.nan)
    for network in choice:
        for task in network.served:
            values[task] = worth.value(network.trained, task)
    return values


def cost(choice: Choice) -> int:
    """Return how many tasks are trained, over all networks."""
    return sum(network.trained.bit_count() for network in choice)


def _all(worth: Worth) -> range:
    return range(len(worth.tasks))
