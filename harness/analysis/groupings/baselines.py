"""What a choice is compared with: one network for all, a network a task, and groupings at random."""

from __future__ import annotations

import numpy as np

from harness.analysis.groupings.choice import Choice, Network
from harness.analysis.groupings.solve import Objective, objective_value
from harness.analysis.groupings.worth import Worth

#: Groupings at random.
DRAWS = 1000


def all_in_one(worth: Worth) -> Choice:
    """Return one network that trains and serves every task."""
    n = len(worth.tasks)
    return (Network((1 << n) - 1, tuple(range(n))),)


def all_alone(worth: Worth) -> Choice:
    """Return a network a task: every gain is zero."""
    return tuple(Network(1 << task, (task,)) for task in range(len(worth.tasks)))


def random_groupings(
    worth: Worth, networks: int, objective: Objective, *, draws: int = DRAWS, seed: int = 0
) -> np.ndarray:
    """Return the objective of groupings that put every task in one of ``networks`` networks at random, ``[draws]``.

    A network serves what it trains. NaN where a gain is not known.
    """
    n = len(worth.tasks)
    generator = np.random.default_rng(seed)
    found = np.empty(draws)
    for draw, network in enumerate(generator.integers(networks, size=(draws, n))):
        parts = [np.flatnonzero(network == k) for k in range(networks)]
        choice = tuple(Network(int((1 << part).sum()), tuple(part.tolist())) for part in parts if len(part))
        found[draw] = objective_value(worth, choice, objective)
    return found
