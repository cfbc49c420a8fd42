"""Pairs the group runs of a main task with its single runs: one difference a fold and seed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from harness.analysis.yardsticks import Tables, Yardstick, yardsticks

__all__ = ["Tables", "expected", "is_fixed", "mains", "paired", "primary", "task_scores"]


def is_fixed(tables: Tables) -> pd.Series:
    """Return, by task, whether the task is tested on one fold only (``tasks.n_folds`` is 1)."""
    tasks = tables["tasks"].set_index("task")
    return (tasks["n_folds"] == 1).fillna(False).astype(bool)


def mains(tables: Tables) -> pd.DataFrame:
    """Return one row a (cell, main): the cell's columns, ``main`` and ``partners``.

    Singles have one row with no partners. Of a placebo cell only the first task counts: its partner is the
    one whose labels are permuted. Capacity-matched singles have none
    (:func:`harness.analysis.capacity.capacity_gains`).
    """
    cells = tables["cells"]
    if "capacity_of" in cells.columns:
        cells = cells[cells["capacity_of"].isna()]
    if cells.empty:
        return cells.assign(main=pd.Series(dtype=str), partners=pd.Series(dtype=object))
    counted = [
        list(t)[:1] if placebo else list(t)
        for t, placebo in zip(cells["tasks"], cells["placebo"], strict=True)
    ]
    rows = cells.assign(main=pd.Series(counted, index=cells.index, dtype=object)).explode(
        "main", ignore_index=True
    )
    rows["main"] = rows["main"].astype(str)
    rows["partners"] = [
        [task for task in t if task != main] for t, main in zip(rows["tasks"], rows["main"], strict=True)
    ]
    return rows


def task_scores(tables: Tables, metrics: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return the test score of every task of every run that is done.

    ``metrics`` names a metric a task (default: its primary one). Columns ``cell_id, run_id, fold, seed, task,
    metric, value, n_train, n_test``; scores that are not finite are left out.
    """
    wanted = metrics or dict(zip(tables["tasks"]["task"], tables["tasks"]["metric"], strict=True))
    scores = tables["scores"]
    keep = (
        (scores["split"] == "test")
        & scores["label"].isna()
        & (scores["metric"] == scores["task"].map(wanted))
    )
    scores = scores[keep & np.isfinite(scores["value"].astype(float))]
    runs = tables["runs"]
    done = runs.loc[runs["status"] == "done", ["cell_id", "run_id", "fold", "seed"]]
    found = done.merge(scores[["run_id", "task", "metric", "value"]], on="run_id")
    sizes = tables["selections"][["run_id", "task", "n_train", "n_test"]]
    found = found.merge(sizes.drop_duplicates(["run_id", "task"]), on=["run_id", "task"], how="left")
    return found.drop_duplicates(["cell_id", "fold", "seed", "task"]).reset_index(drop=True)


def primary(tables: Tables) -> dict[str, Yardstick]:
    """Return the primary metric of every task."""
    return {task: found[0] for task, found in yardsticks(tables).items()}


def paired(tables: Tables, by: Mapping[str, Yardstick] | None = None) -> pd.DataFrame:
    """Return one row a difference: ``cell_id, main, fold, seed, single, group, difference, n_train, n_test``.

    A group's run is paired with the main task's single run of the same feature, model, fold and seed, in the metric
    that ``by`` gives for the main task (default: its primary one). ``difference`` is oriented so that more is better;
    ``n_train`` and ``n_test`` are those of the single run.
    """
    by = by or primary(tables)
    keyed = mains(tables)[["cell_id", "main", "feature", "model", "group_size"]]
    scores = task_scores(tables, {task: one.metric for task, one in by.items()})
    found = keyed.merge(scores.rename(columns={"task": "main"}), on=["cell_id", "main"])
    alone = found["group_size"] == 1
    keys = ["main", "feature", "model", "fold", "seed"]
    singles = found.loc[alone, [*keys, "value", "n_train", "n_test"]].rename(columns={"value": "single"})
    groups = found.loc[~alone, ["cell_id", *keys, "value"]].rename(columns={"value": "group"})
    pairs = groups.merge(singles, on=keys)
    sign = pairs["main"].map({task: one.sign for task, one in by.items()}).astype(float)
    return pairs.assign(difference=sign * (pairs["group"] - pairs["single"]))


def expected(tables: Tables, rows: pd.DataFrame) -> pd.Series:
    """Return how many differences each row of :func:`mains` should have: its main's folds times the seeds."""
    folds = tables["tasks"].set_index("task")["n_folds"].astype("Float64")
    seen, seeds = int(tables["runs"]["fold"].nunique()), int(tables["runs"]["seed"].nunique())
    return (rows["main"].map(folds).fillna(seen) * seeds).astype("int64")
