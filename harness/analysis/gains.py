"""The table ``gains``: what a main task wins or loses in a group, with interval and test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from harness.analysis.beside import beside
from harness.analysis.noise import noise as noise_floor
from harness.analysis.pairing import Tables, expected, is_fixed, mains, paired, primary
from harness.analysis.verdict import NO_INTERVAL, verdict
from harness.analysis.yardsticks import Yardstick, error_reduction

__all__ = ["gains", "noise_floor"]

FAMILY = ("feature", "model", "combiner", "placebo")
COLUMNS = ("cell_id", "main", "partners", "feature", "model", "combiner", "placebo")
NO_DIFFERENCES: dict[str, list[float]] = {"difference": [], "single": [], "group": [], "fold": [], "seed": []}


def gains(tables: Tables, *, rope: float, confidence: float, correction: str = "bh") -> pd.DataFrame:
    """Return one row a (main task, cell of more than one task), without ``study_id``.

    Differences are one a fold and seed, in the main task's primary metric
    (:func:`harness.analysis.pairing.paired`). ``rope`` is a half-width in the metric's unit; ``correction`` ``holm``
    adds Holm's p. Rows whose runs are missing stay, with null numbers and a note.
    """
    rows = mains(tables)
    rows = rows[rows["group_size"] > 1].reset_index(drop=True)
    if rows.empty:
        return pd.DataFrame(columns=[*COLUMNS, "gain", "p", "q", "note"])
    table = gain_table(tables, rows, primary(tables), rope=rope, confidence=confidence)
    table = table.assign(q=adjusted(table, "fdr_bh"), **beside(table, tables))
    return table.assign(p_holm=adjusted(table, "holm")) if correction == "holm" else table


def gain_table(
    tables: Tables, rows: pd.DataFrame, by: Mapping[str, Yardstick], *, rope: float, confidence: float
) -> pd.DataFrame:
    """Return the rows of :func:`harness.analysis.pairing.mains` with their numbers, in the metric that ``by`` gives for
    each main task.
    """
    differences = dict(iter(paired(tables, by).groupby(["cell_id", "main"])))
    empty = pd.DataFrame(NO_DIFFERENCES, dtype=float)
    fixed, planned = is_fixed(tables), expected(tables, rows)
    best = {task: one.best for task, one in by.items()}
    values = [
        _row(
            differences.get((row.cell_id, row.main), empty),
            bool(fixed.get(row.main, False)),
            m,
            best.get(str(row.main), np.nan),
            rope,
            confidence,
        )
        for row, m in zip(rows.itertuples(), planned, strict=True)
    ]
    metric = rows["main"].map({task: one.metric for task, one in by.items()})
    return pd.concat([rows[list(COLUMNS)], pd.DataFrame(values)], axis=1).assign(metric=metric)


def _row(
    found: pd.DataFrame, fixed: bool, planned: int, best: float, rope: float, confidence: float
) -> dict[str, Any]:
    """Return the numbers of one gain from its differences ``found``, of which there should be ``planned``."""
    n = len(found)
    notes = [f"{planned - n} of {planned} runs missing"] if n < planned else []
    n_folds = min(1, n) if fixed else int(found["fold"].nunique())
    row: dict[str, Any] = {"n": n, "n_folds": n_folds, "n_seeds": int(found["seed"].nunique())}
    single, group, gain = (float(found[c].mean()) if n else np.nan for c in ("single", "group", "difference"))
    row |= {"single_mean": single, "group_mean": group, "gain": gain}
    row["gain_relative"] = gain / abs(single) if n and single != 0 else np.nan
    row["error_reduction"] = error_reduction(gain, single, best)
    inference, why = _inference(found, n_folds, rope, confidence) if n else (NO_INTERVAL, "")
    note = "; ".join(filter(None, [*notes, why]))
    return row | inference | {"note": note or None}


def _inference(
    found: pd.DataFrame, n_folds: int, rope: float, confidence: float
) -> tuple[dict[str, float], str]:
    n_test, n_train = (found[part].to_numpy(float, na_value=np.nan).mean() for part in ("n_test", "n_train"))
    values = found["difference"].to_numpy(float)
    return verdict(values, n_test, n_train, n_folds, rope=rope, confidence=confidence)


def adjusted(table: pd.DataFrame, method: str) -> pd.Series:
    """Return p adjusted over the rows that have one, within each feature, model and combiner; placebos apart.

    ``fdr_bh`` is Benjamini and Hochberg 1995, ``holm`` Holm 1979, both by
    :func:`statsmodels.stats.multitest.multipletests`.
    """
    values = pd.Series(np.nan, index=table.index)
    for _, family in table[table["p"].notna()].groupby(list(FAMILY), dropna=False):
        values[family.index] = multipletests(family["p"].to_numpy(float), method=method)[1]
    return values
