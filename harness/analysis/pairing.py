"""Pairs the group runs of a main task with its single runs: one difference a fold and seed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

Tables = Mapping[str, pd.DataFrame]


def is_fixed(tables: Tables) -> pd.Series:
    """Return, by task, whether the task is tested on one fold only (``tasks.n_folds`` is 1)."""
    tasks = tables["tasks"].set_index("task")
    return (tasks["n_folds"] == 1).fillna(False).astype(bool)


def mains(tables: Tables) -> pd.DataFrame:
    """Return one row a (cell, main): the cell's columns, ``main`` and ``partners``.

    Singles have one row with no partners. Of a placebo cell only the first task counts: its partner is the one whose
    labels are permuted.
    """
    cells = tables["cells"]
    if cells.empty:
        return cells.assign(main=pd.Series(dtype=str), partners=pd.Series(dtype=object))
    counted = [
        list(t)[:1] if placebo else list(t)
        for t, placebo in zip(cells["tasks"], cells["placebo"], strict=True)
    ]
    rows = cells.assign(main=counted).explode("main", ignore_index=True)
    rows["main"] = rows["main"].astype(str)
    rows["partners"] = [
        [task for task in t if task != main] for t, main in zip(rows["tasks"], rows["main"], strict=True)
    ]
    return rows


def task_scores(tables: Tables, metrics: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return the test score of every task of every run that is done.

    ``metrics`` names a metric a task (default: its primary one). Columns ``cell_id, run_id, fold, seed, task, metric,
    value, n_train, n_test``; scores that are not finite are left out.
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


def paired(tables: Tables) -> pd.DataFrame:
    """Return one row a difference: ``cell_id, main, fold, seed, single, group, difference, n_train, n_test``.

    A group's run is paired with the main task's single run of the same feature, model, fold and seed. Where the main
    task has one fixed split and its single was trained in one fold only, that run serves every fold of the group.
    ``difference`` is oriented so that more is better; ``n_train`` and ``n_test`` are those of the single run.
    """
    rows = mains(tables)
    scores = task_scores(tables)
    keyed = rows[["cell_id", "main", "feature", "model", "group_size"]]
    found = keyed.merge(scores.rename(columns={"task": "main"}), on=["cell_id", "main"])
    alone = found["group_size"] == 1
    groups, singles = found[~alone], found[alone]
    keys = ["main", "feature", "model", "seed"]
    singles = singles[[*keys, "fold", "value", "n_train", "n_test"]].rename(columns={"value": "single"})
    groups = groups[["cell_id", *keys, "fold", "value"]].rename(columns={"value": "group"})
    once = groups["main"].isin(_trained_in_one_fold(tables, singles))
    pieces = [
        groups[~once].merge(singles, on=[*keys, "fold"]),
        groups[once].merge(singles.drop(columns="fold"), on=keys),
    ]
    pairs = pd.concat(pieces, ignore_index=True)
    direction = tables["tasks"].set_index("task")["metric_direction"]
    sign = np.where(pairs["main"].map(direction) == "min", -1.0, 1.0)
    return pairs.assign(difference=sign * (pairs["group"] - pairs["single"]))


def _trained_in_one_fold(tables: Tables, singles: pd.DataFrame) -> list[str]:
    fixed = is_fixed(tables)
    folds = singles.groupby("main")["fold"].nunique()
    return [str(task) for task, n in folds.items() if n == 1 and bool(fixed.get(task, False))]


def expected(tables: Tables, rows: pd.DataFrame) -> pd.Series:
    """Return how many differences each row of :func:`mains` should have: its folds times the study's seeds."""
    folds = tables["tasks"].set_index("task")["n_folds"].astype("Float64")
    seen = int(tables["runs"]["fold"].nunique())
    seeds = int(tables["runs"]["seed"].nunique())
    most = [folds.reindex(tasks).max() for tasks in rows["tasks"]]
    return pd.Series(
        [(seen if pd.isna(n) else int(n)) * seeds for n in most], index=rows.index, dtype="int64"
    )
