"""The gains that two studies both have, side by side, each with its difference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from harness.analysis.corrected import CorrectedT, corrected_t
from harness.analysis.gains import adjusted
from harness.analysis.two.difference import (
    PAIRED,
    WELCH,
    TwoMeans,
    paired_difference,
    welch_difference,
)
from harness.analysis.two.side import KEYS, Side
from harness.analysis.verdict import FIXED

#: q below this is a verdict, as in the report.
LEVEL = 0.05
SAME_TRAININGS = "the same trainings in both"
OTHER_NUMBERS = "the same trainings by their keys gave other numbers"
NOTHING: dict[str, Any] = {"ci_low": np.nan, "ci_high": np.nan, "p": np.nan, "method": None}
COLUMNS = (
    *KEYS, "gain_a", "gain_b", "difference", "ci_low", "ci_high", "p", "q", "method", "n", "n_same_trainings",
    "n_same_singles", "gain_relative_a", "gain_relative_b", "sign_a", "sign_b", "verdict_a", "verdict_b", "note",
)  # fmt: skip


def compared(a: Side, b: Side, same_folds: dict[str, bool], confidence: float) -> pd.DataFrame:
    """Return one row (columns :data:`COLUMNS`) a gain that both studies have a row of.

    ``same_folds`` says of a main task whether both tested the same clips in the same folds. ``difference`` is the gain
    in b less that in a: over the folds and seeds that both have, where they are paired. See
    :mod:`harness.analysis.two.difference` for its interval; ``n`` counts what it is over (the smaller number where
    they are not paired), ``n_same_trainings`` those with the same two trainings, by content key, and
    ``n_same_singles`` those with the same single training. ``q`` is Benjamini and Hochberg's over gains of the same
    feature, model and combiner.
    """
    joined = a.gains.merge(b.gains, on=list(KEYS), suffixes=("_a", "_b"))
    rows = [_row(row, a, b, same_folds.get(row["main"], False), confidence) for _, row in joined.iterrows()]
    table = pd.DataFrame(rows, columns=[name for name in COLUMNS if name != "q"])
    return table.assign(q=adjusted(table, "fdr_bh") if len(table) else None)[list(COLUMNS)]


def only_in(a: Side, b: Side) -> list[dict[str, Any]]:
    """Return the keys of the gains that ``a`` has a row of and ``b`` has not."""
    there = {tuple(row) for row in b.gains[list(KEYS)].itertuples(index=False)}
    found = [row for row in a.gains[list(KEYS)].itertuples(index=False) if tuple(row) not in there]
    return [dict(zip(KEYS, row, strict=True)) for row in found]


def _row(row: pd.Series, a: Side, b: Side, same_folds: bool, confidence: float) -> dict[str, Any]:
    main = row["main"]
    runs = [side.differences.get((row[f"cell_id_{side.label}"], main)) for side in (a, b)]
    values = {key: row[key] for key in KEYS} | {
        f"{what}_{side.label}": told(row, side.label)
        for what, told in (
            ("gain", _gain),
            ("gain_relative", _relative),
            ("sign", _sign),
            ("verdict", _verdict),
        )
        for side in (a, b)
    }
    values |= {
        "difference": values["gain_b"] - values["gain_a"],
        "n": 0,
        "n_same_trainings": 0,
        "n_same_singles": 0,
    }
    if runs[0] is None or runs[1] is None:
        return values | NOTHING | {"note": "no runs of it in one of the two"}
    fixed = a.fixed.get(main, False) or b.fixed.get(main, False)
    found = _paired if same_folds else _apart
    return values | found(runs[0], runs[1], fixed, confidence)


def _paired(a: pd.DataFrame, b: pd.DataFrame, fixed: bool, confidence: float) -> dict[str, Any]:
    both = a.merge(b, on=["fold", "seed"], suffixes=("_a", "_b"))
    if both.empty:
        return NOTHING | {"note": "no fold and seed that both have"}
    same = int((both["trainings_a"] == both["trainings_b"]).sum())
    singles = int((both["trainings_a"].str[1] == both["trainings_b"].str[1]).sum())
    left, right = (both[f"difference_{side}"].to_numpy(float) for side in ("a", "b"))
    counts: dict[str, Any] = {"n": len(both), "n_same_trainings": same, "n_same_singles": singles}
    counts |= {"difference": float(np.mean(right - left))}
    few = len(both) < max(len(a), len(b))
    notes = [f"over {len(both)} folds and seeds that both have"] if few else []
    if same == len(both) and not np.array_equal(left, right):
        notes.append(OTHER_NUMBERS)
    elif same == len(both):
        return NOTHING | counts | {"note": "; ".join([*notes, SAME_TRAININGS])}
    if fixed or both["fold"].nunique() < 2:
        return NOTHING | counts | {"note": "; ".join([*notes, FIXED])}
    test = paired_difference(left, right, _ratio(both, "_a"))
    return counts | _numbers(test, PAIRED, confidence, notes)


def _apart(a: pd.DataFrame, b: pd.DataFrame, fixed: bool, confidence: float) -> dict[str, Any]:
    counts = {"n": min(len(a), len(b))}
    if fixed or min(a["fold"].nunique(), b["fold"].nunique()) < 2:
        return NOTHING | counts | {"note": FIXED}
    means = [corrected_t(part["difference"].to_numpy(float), _ratio(part)) for part in (a, b)]
    return counts | _numbers(welch_difference(*means), WELCH, confidence, [])


def _numbers(
    test: CorrectedT | TwoMeans | None, method: str, confidence: float, notes: list[str]
) -> dict[str, Any]:
    if test is None or not np.isfinite(test.se):
        why = "no variance" if test is None else "sizes of the parts unknown: no interval"
        return NOTHING | {"note": "; ".join([*notes, why])}
    low, high = test.interval(confidence)
    note = "; ".join(notes) or None
    return {"ci_low": low, "ci_high": high, "p": test.p, "method": method, "note": note}


def _ratio(part: pd.DataFrame, suffix: str = "") -> float:
    """Return clips of the test part over those of the training part."""
    n_test, n_train = (
        part[f"{of}{suffix}"].to_numpy(float, na_value=np.nan).mean() for of in ("n_test", "n_train")
    )
    return float(n_test / n_train) if n_train > 0 else np.nan


def _gain(row: pd.Series, side: str) -> float:
    return float(row[f"gain_{side}"])


def _relative(row: pd.Series, side: str) -> float:
    return float(row[f"gain_relative_{side}"])


def _sign(row: pd.Series, side: str) -> str | None:
    gain = _gain(row, side)
    return None if np.isnan(gain) else "+" if gain > 0 else "-" if gain < 0 else "0"


def _verdict(row: pd.Series, side: str) -> str | None:
    """Return what the study says of the gain: helps, hurts, or not shown; ``None`` where nothing was tested."""
    q = row[f"q_{side}"]
    if pd.isna(q):
        return None
    return "not shown" if q >= LEVEL else "helps" if _gain(row, side) > 0 else "hurts"
