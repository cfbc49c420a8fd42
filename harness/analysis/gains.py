"""The table ``gains``: what a main task wins or loses in a group, with interval and test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from harness.analysis.corrected import corrected_t
from harness.analysis.pairing import Tables, expected, is_fixed, mains, paired, task_scores

FAMILY = ("feature", "model", "combiner", "placebo")
COLUMNS = ("cell_id", "main", "partners", "feature", "model", "combiner", "placebo")
NO_INTERVAL = dict.fromkeys(
    ("ci_low", "ci_high", "p", "detectable_gain", "p_rope_below", "p_rope_inside", "p_rope_above"), np.nan
)


def gains(tables: Tables, *, rope: float, confidence: float) -> pd.DataFrame:
    """Return one row a (main task, cell of more than one task), without ``study_id``.

    Differences are one a fold and seed, in the main task's primary metric
    (:func:`harness.analysis.pairing.paired`). ``rope`` is a half-width in the metric's unit. Rows whose runs
    are missing stay, with null numbers and a note.
    """
    rows = mains(tables)
    rows = rows[rows["group_size"] > 1].reset_index(drop=True)
    if rows.empty:
        return pd.DataFrame(columns=[*COLUMNS, "gain", "p", "q", "note"])
    differences = dict(iter(paired(tables).groupby(["cell_id", "main"])))
    empty = pd.DataFrame({"difference": [], "single": [], "group": [], "fold": [], "seed": []}, dtype=float)
    fixed = is_fixed(tables)
    planned = expected(tables, rows)
    values = [
        _row(
            differences.get((row.cell_id, row.main), empty),
            bool(fixed.get(row.main, False)),
            m,
            rope,
            confidence,
        )
        for row, m in zip(rows.itertuples(), planned, strict=True)
    ]
    metric = rows["main"].map(tables["tasks"].set_index("task")["metric"])
    table = pd.concat([rows[list(COLUMNS)], pd.DataFrame(values)], axis=1).assign(metric=metric)
    return table.assign(q=benjamini_hochberg(table))


def _row(found: pd.DataFrame, fixed: bool, planned: int, rope: float, confidence: float) -> dict[str, Any]:
    n = len(found)
    notes = [f"{planned - n} of {planned} runs missing"] if n < planned else []
    n_folds = min(1, n) if fixed else int(found["fold"].nunique())
    row: dict[str, Any] = {"n": n, "n_folds": n_folds, "n_seeds": int(found["seed"].nunique())}
    single, group, gain = (float(found[c].mean()) if n else np.nan for c in ("single", "group", "difference"))
    row |= {"single_mean": single, "group_mean": group, "gain": gain}
    row["gain_relative"] = gain / abs(single) if n and single != 0 else np.nan
    inference, why = _inference(found, n_folds, rope, confidence) if n else (NO_INTERVAL, "")
    note = "; ".join(filter(None, [*notes, why]))
    return row | inference | {"note": note or None}


def _inference(
    found: pd.DataFrame, n_folds: int, rope: float, confidence: float
) -> tuple[dict[str, float], str]:
    """Return interval, p, detectable gain and ROPE probabilities; or nulls and the reason."""
    if n_folds < 2:
        return NO_INTERVAL, "one fixed split or fold: no between-fold variance"
    n_test, n_train = (found[part].to_numpy(float, na_value=np.nan).mean() for part in ("n_test", "n_train"))
    test_over_train = float(n_test / n_train) if n_train > 0 else np.nan
    if not np.isfinite(test_over_train):
        return NO_INTERVAL, "sizes of the parts unknown: no interval"
    test = corrected_t(found["difference"].to_numpy(float), test_over_train)
    if test is None:
        return NO_INTERVAL, "no variance between the differences"
    low, high = test.interval(confidence)
    below, inside, above = test.rope(rope)
    return {
        "ci_low": low,
        "ci_high": high,
        "p": test.p,
        "detectable_gain": test.detectable(confidence),
        "p_rope_below": below,
        "p_rope_inside": inside,
        "p_rope_above": above,
    }, ""


def benjamini_hochberg(table: pd.DataFrame) -> pd.Series:
    """Return q over the rows that have a p, within each feature, model and combiner; placebos apart.

    Benjamini and Hochberg 1995, by :func:`statsmodels.stats.multitest.multipletests`.
    """
    q = pd.Series(np.nan, index=table.index)
    for _, family in table[table["p"].notna()].groupby(list(FAMILY), dropna=False):
        q[family.index] = multipletests(family["p"].to_numpy(float), method="fdr_bh")[1]
    return q


def noise_floor(tables: Tables) -> pd.DataFrame:
    """Return what training alone again, with another seed, changes: columns ``task, feature, model, sd, n``.

    ``sd`` is the root mean square of the differences between single runs of the same fold and different seeds
    (``n`` such pairs of runs): the spread of one difference when there is nothing to gain. Unit: the
    metric's.
    """
    rows = mains(tables)
    alone = rows.loc[rows["group_size"] == 1, ["cell_id", "feature", "model"]]
    scores = task_scores(tables).merge(alone, on="cell_id")
    keys = ["task", "feature", "model"]
    pairs = scores.merge(scores, on=[*keys, "fold"], suffixes=("", "_other"))
    pairs = pairs[pairs["seed"] < pairs["seed_other"]]
    squared = (pairs["value"] - pairs["value_other"]).astype(float) ** 2
    grouped = squared.groupby([pairs[key] for key in keys])
    return pd.DataFrame({"sd": np.sqrt(grouped.mean()), "n": grouped.size()}).reset_index()
