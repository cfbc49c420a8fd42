"""The linear relaxation over all groups, by column generation that prices every subset of the tasks.

A column is a group and the tasks that it serves. Given the duals ``π [tasks]``, ``μ`` (number of networks) and ``λ``
(budget), a group's best column serves the tasks with ``v > π``; its reduced profit is
``Σ_t max(0, v[t, S] − π[t]) − μ − λ |S|``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_array

from harness.analysis.groupings.programs import penalty

#: Columns taken in one round of pricing, and a reduced profit that counts as none.
ROUND, NONE = 80, 1e-9


@dataclass(frozen=True)
class Relaxed:
    """``groups`` that the relaxation looked at, an upper ``bound`` of every choice, and ``reduced [subsets]``: a
    choice with group ``S`` is worth at most ``bound + reduced[S]``."""

    groups: np.ndarray
    bound: float
    reduced: np.ndarray


def relax(values: np.ndarray, networks: int, budget: int | None) -> Relaxed:
    """Return the relaxation's bound. ``values [tasks, 2 ** tasks]`` are at most 1 in size, −inf where unknown."""
    n, n_groups = values.shape
    sizes = np.bitwise_count(np.arange(n_groups)).astype(float)
    limits = np.array([networks, n * networks if budget is None else budget], dtype=float)
    groups = np.concatenate([1 << np.arange(n), [n_groups - 1]])
    served = np.array([np.isfinite(values[:, group]) for group in groups])
    while True:
        task, limit = _duals(values, groups, served, limits)
        reduced = _price(values, task) - limit[0] - limit[1] * sizes
        reduced[0] = -np.inf
        best = np.argpartition(-reduced, min(ROUND, n_groups - 1))[:ROUND]
        best = best[reduced[best] > NONE]
        new = task < values[:, best].T
        fresh = ~_known(best, new, groups, served)
        if not fresh.any():
            top = max(0.0, float(reduced.max()))
            bound = float(task.sum() + limits @ limit) + networks * top
            return Relaxed(np.unique(groups), bound, reduced - top)
        groups, served = np.concatenate([groups, best[fresh]]), np.vstack([served, new[fresh]])


def _duals(
    values: np.ndarray, groups: np.ndarray, served: np.ndarray, limits: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Solve the master over these columns: the price of serving each task, and of each limit."""
    n = len(values)
    profit = np.where(served, values[:, groups].T, 0.0).sum(axis=1)
    sizes = np.bitwise_count(groups).astype(float)
    costs = np.concatenate([-profit, np.full(n, penalty(n))])
    once = csc_array(np.hstack([served.T.astype(float), np.eye(n)]))
    used = np.hstack([np.vstack([np.ones(len(groups)), sizes]), np.zeros((2, n))])
    found = linprog(costs, A_ub=used, b_ub=limits, A_eq=once, b_eq=np.ones(n), method="highs")
    return -found.eqlin.marginals, np.maximum(0.0, -found.ineqlin.marginals)


def _price(values: np.ndarray, task: np.ndarray) -> np.ndarray:
    """Return ``Σ_t max(0, v[t, S] − π[t])`` for every subset, ``[2 ** tasks]``."""
    total, part = np.zeros(values.shape[1]), np.empty(values.shape[1])
    for row, price in zip(values, task, strict=True):
        total += np.maximum(np.subtract(row, price, out=part), 0.0, out=part)
    return total


def _known(best: np.ndarray, new: np.ndarray, groups: np.ndarray, served: np.ndarray) -> np.ndarray:
    """Return which new columns the master has already (rounding may price one of them above nothing)."""
    weights = 1 << np.arange(served.shape[1])
    old = set(zip(groups.tolist(), (served @ weights).tolist(), strict=True))
    return np.array(
        [key in old for key in zip(best.tolist(), (new @ weights).tolist(), strict=True)], dtype=bool
    )
