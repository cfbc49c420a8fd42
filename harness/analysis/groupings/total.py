"""The networks with the best total gain: exact, by column generation and a small integer program.

With ``v[t, S]`` the gain of task ``t`` in group ``S``, at most ``K`` networks and a budget ``B`` of trained tasks:

    maximise  Σ v[t, S] y[S, t]   with  Σ_S y[S, t] = 1,  y[S, t] ≤ x[S],  Σ x[S] ≤ K,  Σ |S| x[S] ≤ B,  x binary.

There are as many ``x`` as subsets of the tasks, so they are not written out (:mod:`relaxation` prices all of
them in one pass over an array). The relaxation gives an upper bound, an integer program over the groups that it
used a lower bound, and no choice better than that can use a group whose reduced profit is below the difference of
the two (reduced-cost fixing; Wolsey 1998, "Integer Programming"). So the last integer program, over the groups
that remain, is exact, although it has a few of them only.

Groupings of this kind: Standley et al. 2020, "Which tasks should be learned together in multi-task learning?";
Fifty et al. 2021, "Efficiently identifying task groupings for multi-task learning".
"""

from __future__ import annotations

import numpy as np

from harness.analysis.groupings.programs import chosen_groups
from harness.analysis.groupings.relaxation import relax

#: A difference below this share of the largest gain counts as none.
TOLERANCE = 1e-7


def best_total(values: np.ndarray, networks: int, budget: int | None = None) -> list[int] | None:
    """Return the groups of the best total, or ``None`` where no choice serves every task with a known gain.

    ``values [tasks, 2 ** tasks]`` are gains by task and group, −inf where a group cannot serve a task. A
    better choice than the one returned gains at most 1e-7 of the largest gain more.
    """
    finite = np.abs(values[np.isfinite(values)])
    scale = float(finite.max()) if len(finite) and finite.max() > 0 else 1.0
    scaled = values / scale
    relaxed = relax(scaled, networks, budget)
    groups, value = chosen_groups(scaled, relaxed.groups, networks, budget)
    gap = relaxed.bound - value
    if gap > TOLERANCE:
        left = np.union1d(groups, np.flatnonzero(relaxed.reduced >= -gap - TOLERANCE))
        groups, _ = chosen_groups(scaled, left, networks, budget)
    covered = np.isfinite(values[:, groups]).any(axis=1) if groups else np.array([False])
    return groups if covered.all() else None
