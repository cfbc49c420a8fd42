"""The integer program over some groups, by :func:`scipy.optimize.milp` (HiGHS)."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from harness.errors import HarnessError

#: HiGHS stops at a gap of 1e-4 unless it is told otherwise.
EXACT = {"mip_rel_gap": 0.0}


def penalty(n_tasks: int) -> float:
    """Return what a task that nobody serves costs: more than all gains (of at most 1 in size) together."""
    return 2.0 * n_tasks + 1.0


def chosen_groups(
    values: np.ndarray, groups: np.ndarray, networks: int, budget: int | None
) -> tuple[list[int], float]:
    """Return the best choice among ``groups`` and its value; a task that is not served counts as a penalty.

    ``values [tasks, subsets]`` are at most 1 in size, −inf where a group cannot serve a task. Variables are
    ``x [groups]`` (binary: the network is trained), ``y [pairs of group and task]`` and ``u [tasks]`` (served
    by nobody).
    """
    n, m = len(values), len(groups)
    task, group = np.nonzero(np.isfinite(values[:, groups]))
    k = len(task)
    profit = np.concatenate([np.zeros(m), values[task, groups[group]], np.full(n, -penalty(n))])
    y, u = m + np.arange(k), m + k + np.arange(n)
    served = _matrix(n, m + k + n, np.r_[task, np.arange(n)], np.r_[y, u])
    trained = _matrix(
        k, m + k + n, np.r_[np.arange(k), np.arange(k)], np.r_[y, group], np.r_[np.ones(k), -np.ones(k)]
    )
    sizes = np.bitwise_count(groups).astype(float)
    limits = np.zeros((2, m + k + n))
    limits[0, :m], limits[1, :m] = 1.0, sizes
    constraints = [
        LinearConstraint(served, 1.0, 1.0),
        LinearConstraint(trained, -np.inf, 0.0),
        LinearConstraint(limits, -np.inf, [networks, np.inf if budget is None else budget]),
    ]
    whole = np.r_[np.ones(m), np.zeros(k + n)]
    found = milp(-profit, constraints=constraints, integrality=whole, bounds=Bounds(0.0, 1.0), options=EXACT)
    if found.x is None:
        raise HarnessError(f"the integer program of the grouping was not solved: {found.message}")
    return [int(groups[i]) for i in np.flatnonzero(found.x[:m] > 0.5)], float(-found.fun)


def _matrix(
    rows: int, columns: int, row: np.ndarray, column: np.ndarray, entry: np.ndarray | None = None
) -> csr_array:
    data = np.ones(len(row)) if entry is None else entry
    return csr_array((data, (row, column)), shape=(rows, columns))
