"""The table ``delta_m``: what a network that learns several tasks wins or loses as a whole."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from harness.analysis.pairing import Tables, expected, is_fixed, mains, paired
from harness.analysis.verdict import NO_INTERVAL, verdict
from harness.analysis.yardsticks import Yardstick, yardsticks

Metrics = Literal["primary", "all"]
COLUMNS = ["cell_id", "tasks", "feature", "model", "combiner", "placebo"]
KEPT = ["ci_low", "ci_high", "p"]


def delta_m(tables: Tables, *, confidence: float, metrics: Metrics = "primary") -> pd.DataFrame:
    """Return one row a cell of more than one task, without ``study_id``.

    ``Δm = 1/T Σ_i (-1)^{l_i} (M_{m,i} - M_{b,i}) / M_{b,i}`` (Maninis, Radosavovic and Kokkinos 2019, "Attentive
    single-tasking of multiple tasks", section 4; Vandenhende et al. 2021, "Multi-task learning for dense prediction
    tasks: a survey", section 4), a share, not per cent. ``M_{b,i}`` is the task's mean score alone, in absolute value;
    differences are paired by fold and seed. With ``metrics="all"`` a task's value is the mean over its metrics, so that
    every task counts once. Of a placebo cell only the main task counts.
    """
    rows = mains(tables)
    rows = rows[rows["group_size"] > 1].reset_index(drop=True)
    if rows.empty:
        return pd.DataFrame(columns=[*COLUMNS, "n", "delta_m", *KEPT, "note"])
    every = _differences(tables, metrics)
    found = dict(iter(_values(every).groupby("cell_id")))
    rows = rows.assign(planned=expected(tables, rows), fixed=rows["main"].map(is_fixed(tables)).eq(True))
    wanted = rows.groupby("cell_id", sort=False)
    cells = wanted.first()[COLUMNS[1:]].reset_index().to_dict("records")
    about = pd.DataFrame(
        {"planned": wanted["planned"].min(), "fixed": wanted["fixed"].max(), "counted": wanted.size()}
    )
    about = about.join(_about(every)).loc[[cell["cell_id"] for cell in cells]]
    return pd.DataFrame(
        cell | _row(found.get(cell["cell_id"]), facts, confidence)
        for cell, facts in zip(cells, about.itertuples(), strict=True)
    )


def _differences(tables: Tables, metrics: str) -> pd.DataFrame:
    """Return :func:`paired` of every metric asked for, with its name in ``metric``."""
    every = yardsticks(tables)
    ranks = range(1 if metrics == "primary" else max(map(len, every.values())))
    frames = []
    for rank in ranks:
        by: dict[str, Yardstick] = {task: found[rank] for task, found in every.items() if rank < len(found)}
        one = paired(tables, by)
        frames.append(one.assign(metric=one["main"].map({task: y.metric for task, y in by.items()})))
    return pd.concat(frames, ignore_index=True)


def _values(every: pd.DataFrame) -> pd.DataFrame:
    """Return ``cell_id, fold, seed, value``: Δm of every fold and seed in which no task and no metric is missing."""
    wanted = every.assign(part=every["main"] + "\n" + every["metric"]).groupby("cell_id")["part"].nunique()
    run = ["cell_id", "fold", "seed"]
    known = every[every.groupby(run)["main"].transform("size") == every["cell_id"].map(wanted)]
    scale = known.groupby(["cell_id", "main", "metric"])["single"].transform("mean").abs().astype(float)
    relative = known.assign(value=known["difference"].astype(float) / scale.where(scale > 0))
    a_task = relative.groupby([*run, "main"])["value"].agg(lambda values: values.mean(skipna=False))
    return a_task.groupby(run).agg(lambda values: values.mean(skipna=False)).reset_index()


def _about(every: pd.DataFrame) -> pd.DataFrame:
    """Return, a cell, how many mains were measured, how many metrics a task, and the largest n_test / n_train."""
    sizes = every[["n_test", "n_train"]].astype("Float64").astype(float)
    named = every[["cell_id", "main", "metric"]].assign(**sizes)
    a_task = named.groupby(["cell_id", "main"]).agg(
        n_test=("n_test", "mean"), n_train=("n_train", "mean"), metrics=("metric", "nunique")
    )
    a_task["ratio"] = (a_task["n_test"] / a_task["n_train"]).fillna(
        np.inf
    )  # unknown: not finite, no interval
    return a_task.groupby("cell_id").agg(
        mains=("ratio", "size"), ratio=("ratio", "max"), fewest=("metrics", "min"), most=("metrics", "max")
    )


def _row(found: pd.DataFrame | None, facts: Any, confidence: float) -> dict[str, Any]:
    """Return the numbers and the note of a cell. The interval is that of the task with the largest n_test / n_train."""
    n = 0 if found is None or facts.mains < facts.counted else len(found)
    notes = [f"{facts.planned - n} of {facts.planned} runs missing"] if n < facts.planned else []
    row = {"n": n, "delta_m": np.nan} | {name: NO_INTERVAL[name] for name in KEPT}
    if found is None or n == 0:
        return row | {"note": notes[0] if notes else None}
    values = found["value"].to_numpy(float)
    if not np.isfinite(values).all():
        return row | {"note": "; ".join([*notes, "a score alone is zero: no relative gain"])}
    n_folds = 1 if facts.fixed else int(found["fold"].nunique())
    inference, why = verdict(values, facts.ratio, 1.0, n_folds, rope=0.0, confidence=confidence)
    if facts.most > 1:
        many = f"{facts.fewest:.0f} to {facts.most:.0f}" if facts.fewest < facts.most else f"{facts.most:.0f}"
        notes.append(f"each task is the mean of its {many} metrics")
    note = "; ".join(filter(None, [*notes, why])) or None
    return row | {"delta_m": float(values.mean()), "note": note} | {name: inference[name] for name in KEPT}
