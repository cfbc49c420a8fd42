"""Made-up gains of groups, and the best choice by trying every one."""

import itertools

import numpy as np

from harness.analysis.groupings.choice import serve
from harness.analysis.groupings.solve import objective_value
from harness.analysis.groupings.worth import Worth


def made(n_tasks, seed, *, missing=0.0, triples=0):
    """Return gains of pairs with some structure, a share of them unknown, and of some measured triples."""
    generator = np.random.default_rng(seed)
    latent = generator.normal(size=(n_tasks, 3))
    pairs = 0.02 * latent @ latent.T + generator.normal(0, 0.02, (n_tasks, n_tasks))
    pairs[generator.random(pairs.shape) < missing] = np.nan
    np.fill_diagonal(pairs, np.nan)
    groups = {}
    for _ in range(triples):
        inside = np.zeros(n_tasks, dtype=bool)
        inside[generator.choice(n_tasks, 3, replace=False)] = True
        mask = int((1 << np.flatnonzero(inside)).sum())
        groups[mask] = np.where(inside, generator.normal(0, 0.03, n_tasks), np.nan)
    return Worth(tuple(f"d/{i}" for i in range(n_tasks)), pairs, np.isfinite(pairs), groups)


def by_brute_force(worth, networks, budget, objective):
    """Return the best objective over every set of at most ``networks`` groups, or ``None``."""
    everything = range(1, 1 << len(worth.tasks))
    found = []
    for size in range(1, networks + 1):
        for groups in itertools.combinations(everything, size):
            if budget is not None and sum(group.bit_count() for group in groups) > budget:
                continue
            choice = serve(worth, groups)
            if choice is not None:
                found.append(objective_value(worth, choice, objective))
    return max(found, default=None)
