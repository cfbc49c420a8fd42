"""The networks in which the task that gains least gains most: exact, by set covers."""

from __future__ import annotations

import numpy as np

from harness.analysis.groupings.cover import find_cover


def best_worst(values: np.ndarray, networks: int, budget: int | None = None) -> float | None:
    """Return the largest gain that some choice gives to every task; ``None`` where none serves them all.

    ``values [tasks, 2 ** tasks]`` as in :func:`harness.analysis.groupings.total.best_total`. A threshold is
    reached when at most ``networks`` groups cover every task with gains of at least the threshold. The answer is
    one of the values, so they are bisected: exact.
    """
    worst = _cover(values, -np.inf, networks, budget)
    if worst is None:
        return None
    left = values[(values > worst) & (values <= values.max(axis=1).min())]
    while len(left):
        threshold = float(np.partition(left, len(left) // 2)[len(left) // 2])
        found = _cover(values, threshold, networks, budget)
        worst = worst if found is None else found
        left = left[left < threshold] if found is None else left[left > found]
    return worst


def _cover(values: np.ndarray, threshold: float, networks: int, budget: int | None) -> float | None:
    """Return the worst gain of a choice that gives every task the threshold, or ``None``."""
    enough = np.isfinite(values) & (values >= threshold)
    groups = undominated(enough, by_size=budget is not None)
    costs = np.ones(len(groups)) if budget is None else np.bitwise_count(groups).astype(float)
    found = find_cover(enough[:, groups].T, costs, networks, networks if budget is None else budget)
    return None if found is None else float(values[:, groups[found]].max(axis=1).min())


def undominated(enough: np.ndarray, *, by_size: bool) -> np.ndarray:
    """Return the groups that no other group replaces: one that covers the same tasks and more (and is no larger,
    with ``by_size``). ``enough [tasks, subsets]`` says which tasks a group covers.
    """
    n, n_groups = enough.shape
    covered = np.zeros(n_groups, dtype=np.int64)
    for task, row in enumerate(enough):
        covered |= row.astype(np.int64) << task
    sizes = (
        np.bitwise_count(np.arange(n_groups)).astype(np.int64)
        if by_size
        else np.zeros(n_groups, dtype=np.int64)
    )
    order = np.lexsort((np.arange(n_groups), sizes, covered))
    first = order[np.r_[True, np.diff(covered[order]) > 0]]  # the smallest group of every cover
    smallest = np.full(n_groups, n + 1, dtype=np.int64)
    smallest[covered[first]] = sizes[first]
    wider = _smallest_wider(smallest, n)
    return first[(wider[covered[first]] > sizes[first]) & (covered[first] > 0)]


def _smallest_wider(smallest: np.ndarray, n: int) -> np.ndarray:
    """Return the least of ``smallest`` over the strict supersets of every subset, ``[2 ** tasks]``."""
    at_least, wider = smallest.copy(), np.full(len(smallest), n + 1, dtype=smallest.dtype)
    for task in range(n):
        shape = (-1, 2, 1 << task)
        without, more = at_least.reshape(shape), wider.reshape(shape)
        more[:, 0] = np.minimum(np.minimum(more[:, 0], more[:, 1]), without[:, 1])
        without[:, 0] = np.minimum(without[:, 0], without[:, 1])
    return wider
