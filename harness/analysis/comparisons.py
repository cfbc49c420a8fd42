"""The table ``comparisons``: two combiners, models or features against each other, over tasks."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from harness.analysis.pairing import Tables, mains, primary, task_scores

#: With fewer differences than this no outcome of the test has a p below .05 (2 / 2⁵ = .0625).
FEWEST = 6
#: Up to so many differences ties are ranked with the exact distribution over all signs (2¹³ of them).
EXACT_WITH_TIES = 13
COLUMNS = ["factor", "a", "b", "quantity", "n_tasks", "median_difference", "statistic", "p", "q", "note"]
RELATIVE = "relative differences, as tasks have different metrics"
QUANTITIES = {"combiner": ("gain",), "model": ("single", "gain"), "feature": ("single", "gain")}


def comparisons(tables: Tables, gains: pd.DataFrame) -> pd.DataFrame:
    """Return Wilcoxon's signed rank test over tasks for every two combiners, models and features.

    A task's value is the mean of what both sides measured: gains of the same main and partners in settings that are
    otherwise the same (no placebos), or test scores alone of the same fold and seed. Tasks are the sample (Demšar 2006,
    "Statistical comparisons of classifiers over multiple data sets", JMLR 7, section 3.1.3). Where tasks have different
    metrics, differences are relative, because ranks need a common unit.
    """
    measured = {"gain": _gains(tables, gains), "single": _singles(tables)}
    rows = [
        {"factor": factor, "a": a, "b": b, "quantity": quantity} | _row(measured[quantity], factor, a, b)
        for factor, quantities in QUANTITIES.items()
        for quantity in quantities
        for a, b in combinations(sorted(measured[quantity][factor].unique()), 2)
    ]
    table = pd.DataFrame(rows, columns=[name for name in COLUMNS if name != "q"])
    if primary_differs(tables):
        table["note"] = [f"{RELATIVE}; {note}" if note else RELATIVE for note in table["note"]]
    return table.assign(q=_q(table))[COLUMNS]


def _gains(tables: Tables, gains: pd.DataFrame) -> pd.DataFrame:
    known = gains[gains["gain"].notna() & ~gains["placebo"].astype(bool)] if len(gains) else gains
    keys = ["feature", "model", "combiner"]
    if known.empty:
        return pd.DataFrame(columns=["task", "unit", *keys, "value", "relative"])
    value = known["gain_relative"] if primary_differs(tables) else known["gain"]
    unit = known["partners"].map(lambda partners: "\n".join(sorted(partners)))
    return known[keys].assign(task=known["main"], unit=unit, value=value.astype(float))


def _singles(tables: Tables) -> pd.DataFrame:
    """Return the oriented test scores alone; in units of the task's mean score where metrics differ."""
    rows = mains(tables)
    alone = rows.loc[rows["group_size"] == 1, ["cell_id", "feature", "model", "combiner"]]
    scores = task_scores(tables).merge(alone, on="cell_id")
    if scores.empty:
        return pd.DataFrame(columns=["task", "unit", "feature", "model", "combiner", "value"])
    by = primary(tables)
    value = scores["value"].astype(float) * scores["task"].map({t: one.sign for t, one in by.items()})
    if primary_differs(tables):
        value = value / scores["value"].astype(float).groupby(scores["task"]).transform("mean").abs()
    unit = scores["fold"].astype(str) + "/" + scores["seed"].astype(str)
    return scores.assign(unit=unit, value=value, combiner="")


def primary_differs(tables: Tables) -> bool:
    """Tell whether tasks have different primary metrics."""
    return len({one.metric for one in primary(tables).values()}) > 1


def _row(measured: pd.DataFrame, factor: str, a: str, b: str) -> dict[str, Any]:
    keys = ["task", "unit", *({"feature", "model", "combiner"} - {factor})]
    known = measured[np.isfinite(measured["value"].astype(float))]
    sides = [known[known[factor] == name].groupby(keys)["value"].mean() for name in (a, b)]
    both = pd.concat(sides, axis=1, join="inner", keys=["a", "b"])
    difference = (both["a"] - both["b"]).groupby(level="task").mean().to_numpy(float)
    statistic, p, notes = signed_rank(difference)
    median = float(np.median(difference)) if len(difference) else np.nan
    row = {"n_tasks": len(difference), "median_difference": median, "statistic": statistic, "p": p}
    return row | {"note": notes or None}


def signed_rank(differences: np.ndarray) -> tuple[float, float, str]:
    """Return Wilcoxon's statistic, its two-sided p and a note, for ``differences [tasks]``; zeros are left out.

    The distribution is exact up to 50 differences without ties and up to 13 with; beyond it is the normal
    approximation. NaN where no difference is left.
    """
    kept = differences[differences != 0]
    notes = [f"{len(differences) - len(kept)} tasks without a difference left out"] * (
        len(kept) < len(differences)
    )
    if len(kept) < FEWEST:
        notes.append(f"{len(kept)} differences cannot reach p < .05; at least {FEWEST} can")
    if not len(kept):
        return np.nan, np.nan, "; ".join(notes)
    tied = len(np.unique(np.abs(kept))) < len(kept)
    method: Any = "auto"
    if tied and len(kept) <= EXACT_WITH_TIES:
        method = stats.PermutationMethod(n_resamples=np.inf)
    found = stats.wilcoxon(kept, method=method)
    if tied and len(kept) > EXACT_WITH_TIES:
        notes.append("ties: normal approximation")
    return float(found.statistic), float(found.pvalue), "; ".join(notes)


def _q(table: pd.DataFrame) -> pd.Series:
    q = pd.Series(np.nan, index=table.index)
    for _, family in table[table["p"].notna()].groupby("factor"):
        q[family.index] = multipletests(family["p"].to_numpy(float), method="fdr_bh")[1]
    return q
