"""The table ``metric_gains``: gains by the metrics that a task has besides its primary one."""

from __future__ import annotations

import pandas as pd

from harness.analysis.gains import COLUMNS, adjusted, gain_table
from harness.analysis.pairing import Tables, mains
from harness.analysis.yardsticks import Yardstick, yardsticks

KEPT = ("n", "n_folds", "n_seeds", "single_mean", "group_mean", "gain", "ci_low", "ci_high", "p", "note")


def metric_gains(tables: Tables, *, rope: float, confidence: float) -> pd.DataFrame:
    """Return one row a (main task, cell of more than one task, secondary metric), without ``study_id``.

    As :func:`harness.analysis.gains.gains`, in another metric: a study is judged by ``gains``; these rows show
    whether its answer hangs on the choice of the metric. ``q`` is over the gains of one metric.
    """
    rows = mains(tables)
    rows = rows[rows["group_size"] > 1].reset_index(drop=True)
    known = yardsticks(tables)
    metrics = dict.fromkeys(one.metric for found in known.values() for one in found[1:])
    tabled = [_table(tables, rows, by, rope, confidence) for by in (_secondary(known, m) for m in metrics)]
    filled = [table for table in tabled if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=[*COLUMNS, "metric"])


def _secondary(known: dict[str, tuple[Yardstick, ...]], metric: str) -> dict[str, Yardstick]:
    """Return the tasks that have a metric which is not their primary one."""
    return {task: one for task, found in known.items() for one in found[1:] if one.metric == metric}


def _table(
    tables: Tables, rows: pd.DataFrame, by: dict[str, Yardstick], rope: float, confidence: float
) -> pd.DataFrame:
    rows = rows[rows["main"].isin(list(by))].reset_index(drop=True)
    if rows.empty:
        return rows
    table = gain_table(tables, rows, by, rope=rope, confidence=confidence)[[*COLUMNS, "metric", *KEPT]]
    return table.assign(q=adjusted(table, "fdr_bh"))
