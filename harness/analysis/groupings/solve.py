"""The choice of networks for an objective."""

from __future__ import annotations

from typing import Literal

import numpy as np

from harness.analysis.groupings.choice import Choice, serve, task_values
from harness.analysis.groupings.total import best_total
from harness.analysis.groupings.worst import best_worst
from harness.analysis.groupings.worth import Worth

Objective = Literal["total", "worst"]
OBJECTIVES: tuple[Objective, ...] = ("total", "worst")


def solve(
    worth: Worth, networks: int, *, budget: int | None = None, objective: Objective = "total"
) -> Choice | None:
    """Return the best choice of at most ``networks`` networks that train at most ``budget`` tasks together.

    ``total`` maximises the sum of the tasks' gains, ``worst`` the least of them and then, among the choices
    that are as good, the sum. ``None``: no choice serves every task with a known gain.
    """
    values = worth.table()
    if objective == "worst":
        least = best_worst(values, networks, budget)
        if least is None:
            return None
        values[values < least] = -np.inf
    groups = best_total(values, networks, budget)
    return None if groups is None else serve(worth, groups)


def objective_value(worth: Worth, choice: Choice, objective: Objective) -> float:
    """Return the sum or the least of the tasks' gains."""
    values = task_values(worth, choice)
    return float(values.sum() if objective == "total" else values.min())
