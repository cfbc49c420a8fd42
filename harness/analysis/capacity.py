"""Gains over the capacity-matched single: the group's network, trained on the main task's data alone."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from harness.analysis.pairing import Tables, mains, primary, task_scores

KEYS = ["main", "together", "feature", "model", "fold", "seed"]


def capacity_gains(tables: Tables) -> pd.DataFrame:
    """Return ``cell_id, main, capacity_gain``: the mean over folds and seeds of the group's score less that of its
    network without the partners' data, oriented so that more is better.

    Empty where the study has no such cells (``groups.capacity_matched``). A placebo is compared, too, where the pair
    itself is in the study: its network is the same.
    """
    alone = _alone(tables["cells"])
    if alone.empty:
        return pd.DataFrame({"cell_id": [], "main": [], "capacity_gain": []})
    rows = mains(tables)
    rows = rows[rows["group_size"] > 1].assign(together=lambda frame: frame["partners"].map(_name))
    scores = task_scores(tables).rename(columns={"task": "main"})
    found = rows.merge(scores, on=["cell_id", "main"])[["cell_id", *KEYS, "value"]]
    matched = alone.merge(scores, on=["cell_id", "main"])[[*KEYS, "value"]]
    pairs = found.merge(matched, on=KEYS, suffixes=("", "_alone"))
    sign = pairs["main"].map({task: one.sign for task, one in primary(tables).items()}).astype(float)
    gain = (sign * (pairs["value"] - pairs["value_alone"])).astype(float)
    return gain.groupby([pairs["cell_id"], pairs["main"]]).mean().rename("capacity_gain").reset_index()


def without_capacity(tables: Tables) -> dict[str, pd.DataFrame]:
    """Return the tables without the capacity-matched singles: neither their cells nor anything that hangs on them.

    A predictor that looks for single-task runs must not take them for such.
    """
    cells = tables["cells"]
    if "capacity_of" not in cells.columns or cells["capacity_of"].isna().all():
        return dict(tables)
    left_out = set(cells.loc[cells["capacity_of"].notna(), "cell_id"])
    return {
        name: frame[~frame["cell_id"].isin(left_out)].reset_index(drop=True)
        if "cell_id" in frame.columns
        else frame
        for name, frame in tables.items()
    }


def _alone(cells: pd.DataFrame) -> pd.DataFrame:
    if "capacity_of" not in cells.columns:
        return cells.iloc[:0]
    found = cells[cells["capacity_of"].notna()]
    mains_of = pd.Series(np.array([tasks[0] for tasks in found["tasks"]], dtype=object), index=found.index)
    return found.assign(main=mains_of, together=found["capacity_of"].map(_name))


def _name(partners: Iterable[str]) -> str:
    return "\n".join(sorted(partners))
