"""The table ``groupings``: the chosen networks, and what they are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from harness.analysis.groupings.baselines import DRAWS, all_alone, all_in_one, random_groupings
from harness.analysis.groupings.choice import Choice, cost, task_values
from harness.analysis.groupings.interval import interval
from harness.analysis.groupings.solve import Objective, objective_value, solve
from harness.analysis.groupings.source import Source, worth_of
from harness.analysis.groupings.worth import Worth
from harness.errors import DataError


def groupings(
    source: Source,
    networks: int,
    *,
    budget: int | None = None,
    objective: Objective = "total",
    tasks: Sequence[str] | None = None,
    confidence: float = 0.95,
    seed: int = 0,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Return the table ``groupings`` without ``study_id``: a row a network of the best choice of at most ``networks``
    networks that train at most ``budget`` tasks together, of one network for all, and of a network a task; and a
    row for ``draws`` random groupings.

    Raises:
        DataError: too few or too many tasks, or no such choice serves every task with a known gain.
    """
    worth = worth_of(source, tasks)
    chosen = solve(worth, networks, budget=budget, objective=objective)
    if chosen is None:
        limit = "" if budget is None else f" that train at most {budget} tasks together"
        raise DataError(
            f"{source.name}: no choice of at most {networks} networks{limit} serves all {len(worth.tasks)} tasks with "
            f"known gains; pairs without a gain: {unknown_pairs(worth)} of {len(worth.tasks) * (len(worth.tasks) - 1)}"
        )
    limits = {"networks": networks, "budget": budget, "objective": objective, "target": source.target}
    rows: list[dict[str, Any]] = []
    for name, choice in (
        ("chosen", chosen),
        ("all_in_one", all_in_one(worth)),
        ("all_alone", all_alone(worth)),
    ):
        low, high, why = interval(source, worth, choice, objective, confidence=confidence, seed=seed)
        total = {"total": objective_value(worth, choice, objective), "ci_low": low, "ci_high": high}
        rows += [
            {"grouping": name, **limits, **row, **total, "cost": cost(choice)}
            | {"note": "; ".join(filter(None, [row["note"], why, *source.notes])) or None}
            for row in network_rows(worth, choice)
        ]
    random = random_groupings(worth, networks, objective, draws=draws, seed=seed)
    return pd.DataFrame([*rows, {"grouping": "random", **limits, **_random_row(random)}])


def network_rows(worth: Worth, choice: Choice) -> list[dict[str, Any]]:
    """Return a row a network: tasks trained and served, their gains together, and whether they were measured."""
    gains = task_values(worth, choice)
    rows = []
    for number, network in enumerate(choice):
        own = [worth.is_measured(network.trained, task) for task in network.served]
        size = network.trained.bit_count()
        guessed = (
            "" if all(own) else "not measured: the mean of measured pairs" if size > 2 else "a predicted pair"
        )
        rows.append(
            {
                "network": number,
                "tasks": [worth.tasks[i] for i in worth.members(network.trained)],
                "served": [worth.tasks[i] for i in network.served],
                "gains": [float(gains[i]) for i in network.served],
                "value": float(gains[list(network.served)].sum()),
                "measured": all(own),
                "note": guessed + _left_out(worth, network.trained, network.served),
            }
        )
    return rows


def unknown_pairs(worth: Worth) -> int:
    """Return how many directed pairs have no known gain."""
    return int(np.isnan(worth.pairs).sum()) - len(worth.tasks)


def _left_out(worth: Worth, trained: int, served: Sequence[int]) -> str:
    """Return how many of the pairs that a mean is over are not known."""
    guessed = [task for task in served if not worth.is_measured(trained, task)]
    pairs = [worth.pairs[t, p] for t in guessed for p in worth.members(trained) if p != t]
    missing = int(np.isnan(pairs).sum()) if pairs else 0
    return f" ({missing} of {len(pairs)} pairs not known and left out)" if missing else ""


def _random_row(found: np.ndarray) -> dict[str, Any]:
    known = found[np.isfinite(found)]
    missing = len(found) - len(known)
    notes = [f"mean and 95 % range of {len(known)} draws"]
    notes += [f"{missing} draws have no known gain"] if missing else []
    if not len(known):
        return {"note": "no draw has a known gain"}
    low, high = np.quantile(known, [0.025, 0.975])
    numbers = {"total": float(known.mean()), "range_low": float(low), "range_high": float(high)}
    return {**numbers, "note": "; ".join(notes)}
