"""Can at most K networks cover every task within a budget? Exact: a set cover by column generation.

    minimise  Σ c[S] x[S]   with  Σ_{S covers t} x[S] ≥ 1,  Σ x[S] ≤ K,  x binary.

The relaxation's value is a lower bound: above the limit there is no cover. Otherwise the integer program over
the groups that the relaxation used may find one; if not, only groups with a reduced cost of at most the limit
minus the bound can be in one, and the integer program over these decides.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from harness.errors import HarnessError

#: Columns taken in one round of pricing, and a reduced cost that counts as none.
ROUND, NONE = 80, 1e-9


def find_cover(covered: np.ndarray, costs: np.ndarray, networks: int, limit: float) -> np.ndarray | None:
    """Return the positions of at most ``networks`` groups that cover all tasks at a cost of at most ``limit``.

    ``covered [groups, tasks]`` is boolean, ``costs [groups]``. ``None``: there is no such choice.
    """
    if not len(covered) or not covered.any(axis=0).all():
        return None
    pool, bound, reduced = _relax(covered, costs, networks)
    if bound > limit + 1e-6:
        return None
    found = _integer(covered, costs, pool, networks, limit)
    if found is not None:
        return found
    return _integer(covered, costs, np.flatnonzero(reduced <= limit - bound + 1e-6), networks, limit)


def _relax(covered: np.ndarray, costs: np.ndarray, networks: int) -> tuple[np.ndarray, float, np.ndarray]:
    """Return the columns used, a lower bound of every cover, and the reduced costs ``[groups]``."""
    n = covered.shape[1]
    weights = covered.astype(float)
    pool = np.unique(
        np.array([np.flatnonzero(covered[:, t])[costs[covered[:, t]].argmin()] for t in range(n)])
    )
    while True:
        cost = np.r_[
            costs[pool], np.full(n, 2.0 * n * networks)
        ]  # covered by nobody: dearer than all networks
        rows = np.vstack([-np.hstack([weights[pool].T, np.eye(n)]), np.r_[np.ones(len(pool)), np.zeros(n)]])
        found = linprog(cost, A_ub=rows, b_ub=np.r_[-np.ones(n), networks], method="highs")
        price = np.maximum(0.0, -found.ineqlin.marginals)
        reduced = costs - weights @ price[:n] + price[n]
        best = np.argpartition(reduced, min(ROUND, len(reduced) - 1))[:ROUND]
        best = np.setdiff1d(best[reduced[best] < -NONE], pool)
        if not len(best):
            top = min(0.0, float(reduced.min()))
            bound = float(price[:n].sum() - networks * price[n]) + networks * top
            return pool, bound, reduced - top
        pool = np.concatenate([pool, best])


def _integer(
    covered: np.ndarray, costs: np.ndarray, groups: np.ndarray, networks: int, limit: float
) -> np.ndarray | None:
    """Return a cover from these groups within the limits, or ``None``."""
    if not covered[groups].any(axis=0).all():
        return None
    whole = np.ones(len(groups))
    constraints = [
        LinearConstraint(covered[groups].T.astype(float), 1.0, np.inf),
        LinearConstraint(np.vstack([whole, costs[groups]]), -np.inf, [networks, limit]),
    ]
    found = milp(costs[groups], constraints=constraints, integrality=whole, bounds=Bounds(0.0, 1.0))
    if found.status not in (0, 2):  # solved, infeasible
        raise HarnessError(f"the integer program of the grouping was not solved: {found.message}")
    return None if found.x is None else groups[found.x > 0.5]
