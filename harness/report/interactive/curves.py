"""Learning curves of every cell, thinned to what a screen shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.report.facts import Facts
from harness.report.interactive.columns import Columns, coded, rounded
from harness.report.reading import flags, numbers, strings, text

if TYPE_CHECKING:
    import pandas as pd

SPLITS = ("validation", "train")
#: Points of a curve where there are few curves, and the fewest of a curve.
POINTS, FEWEST = 48, 10
#: So many points in all: about a megabyte with the spread of runs, half of it without.
BUDGET = 40_000
#: What a line on a screen can show.
DIGITS = 4
#: So many grids of epochs are looked through for one that is the same.
GRIDS = 20
KEYS = ["cell_id", "task", "split", "metric"]


def curves_data(facts: Facts) -> dict[str, Any] | None:
    """Return cells and their curves: the loss, and each task's primary metric. ``None`` without any point."""
    points = _chosen(facts)
    if points.empty:
        return None
    n_curves = points.groupby(KEYS, observed=True).ngroups
    per_curve = max(FEWEST, min(POINTS, BUDGET // n_curves))
    thin = thinned(points, per_curve)
    spread = len(thin) <= BUDGET // 2
    cells, tasks, metrics = _cells(facts, set(thin["cell_id"])), list(facts.tasks), ["loss"]
    places = {cell.pop("id"): place for place, cell in enumerate(cells)}
    grids: list[list[Any]] = []
    rows: Columns = {name: [] for name in ("cell", "task", "metric", "split", "grid", "y")}
    rows |= {"low": [], "high": []} if spread else {}
    for (cell, task, split, metric), part in thin.groupby(KEYS, sort=False, observed=True):
        found = {
            "cell": places[cell], "task": coded([task], tasks)[0], "metric": coded([metric], metrics)[0],
            "split": SPLITS.index(split), "grid": _place(rounded(part["epoch"], DIGITS), grids),
            "y": rounded(part["value"], DIGITS), "low": rounded(part["min"], DIGITS),
            "high": rounded(part["max"], DIGITS),
        }  # fmt: skip
        for name in rows:
            rows[name].append(found[name])
    return {
        "tasks": tasks,
        "metrics": metrics,
        "splits": list(SPLITS),
        "cells": cells,
        "grids": grids,
        "curves": rows,
    }


def _place(grid: list[Any], grids: list[list[Any]]) -> int:
    """Return where the epochs of a curve are among those that curves share."""
    if grid not in grids[-GRIDS:]:
        grids.append(grid)
        return len(grids) - 1
    return len(grids) - 1 - grids[::-1].index(grid)


def thinned(points: pd.DataFrame, n: int) -> pd.DataFrame:
    """Return at most ``n`` points a curve: mean, lowest and highest over runs in as many equal spans of epochs.

    ``points`` has :data:`KEYS`, ``run_id``, ``epoch`` and ``value``. Where a run has ended, the mean is over
    those that go on. A point stands at the mean epoch of its span.
    """
    import pandas as pd

    found = points[[*KEYS, "run_id"]].assign(epoch=numbers(points, "epoch"), value=numbers(points, "value"))
    found = found.dropna(subset=["epoch", "value"])
    curve = found.groupby(KEYS, sort=False, observed=True)["epoch"]
    first, last = curve.transform("min"), curve.transform("max")
    share = (found["epoch"] - first) / (last - first).where(last > first, 1.0)
    found["span"] = (share * n).astype("int64").clip(upper=n - 1)
    by_run = found.groupby([*KEYS, "span", "run_id"], sort=False, observed=True)
    of_runs = by_run[["epoch", "value"]].mean()
    spans = of_runs.groupby([*KEYS, "span"], sort=False, observed=True)
    means = spans.mean()
    ends = spans["value"].agg(["min", "max"])
    return pd.concat([means, ends], axis=1).reset_index().sort_values([*KEYS, "span"], kind="stable")


def _chosen(facts: Facts) -> pd.DataFrame:
    points, tasks = facts.table("curves"), facts.table("tasks")
    primary = dict(zip(tasks["task"].map(text), tasks["metric"].map(text), strict=True))
    points = points.assign(**{key: _texts(points[key]) for key in KEYS})
    wanted = (points["metric"] == "loss") | (points["metric"] == points["task"].map(primary))
    return points[wanted & points["split"].isin(SPLITS)].reset_index(drop=True)


def _texts(values: pd.Series) -> pd.Series:
    """Return a column as text; each distinct value is looked at once, as there are very many points."""
    import numpy as np
    import pandas as pd

    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    written = np.array([text(value) for value in distinct], dtype=object)
    return pd.Series(written[codes] if len(written) else [], index=values.index, dtype=object)


def _cells(facts: Facts, there: set[str]) -> list[dict[str, Any]]:
    cells = facts.table("cells")
    cells = cells.assign(placebo=flags(cells, "placebo"), tasks=cells["tasks"].map(strings))
    kept = cells[cells["cell_id"].map(text).isin(there)]
    return [
        {
            "id": text(row["cell_id"]), "tasks": row["tasks"], "placebo": bool(row["placebo"]),
            "setting": " · ".join(filter(None, (text(row[key]) for key in ("feature", "model", "combiner")))),
            "capacity": bool(strings(row["capacity_of"])),
        }
        for _, row in kept.iterrows()
    ]  # fmt: skip
