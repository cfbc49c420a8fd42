"""Whether two studies agree on signs, on verdicts, and on the order of the pairs."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from harness.analysis.patterns import level_rows
from harness.analysis.settings import one_scale
from harness.seeds import derive_seed

SHARED = "{shared} of {n} gains subtract the same single trainings in both, which alone correlates them"


def agreement(pairs: pd.DataFrame) -> list[dict[str, Any]]:
    """Return how many gains (no placebos) have the same sign, and the same verdict, in both studies.

    ``kappa`` is Cohen's: 0 is the agreement that the two studies' own frequencies give by chance; null where all
    gains of both are the same.
    """
    true = pairs[~pairs["placebo"].astype(bool)]
    return [_agreed(what, true[f"{what}_a"], true[f"{what}_b"]) for what in ("sign", "verdict")]


def verdicts(pairs: pd.DataFrame) -> list[dict[str, Any]]:
    """Return how often each two verdicts meet, no placebos."""
    true = pairs[~pairs["placebo"].astype(bool)].dropna(subset=["verdict_a", "verdict_b"])
    counts = true.groupby(["verdict_a", "verdict_b"]).size()
    met: Any = counts.index  # of two levels
    return [{"in_a": a, "in_b": b, "gains": int(n)} for (a, b), n in zip(met, counts.tolist(), strict=True)]


def correlations(pairs: pd.DataFrame, seed: int) -> list[dict[str, Any]]:
    """Return the correlations of the two studies' gains over directed pairs, with node-permutation p.

    The statistics are those of :func:`harness.analysis.patterns.patterns`, which tells whether a pattern of gains stays
    when a setting changes; here it is the study that changes. Relative gains are taken where main tasks have different
    metrics. Groups of more than two and placebos are left out.
    """
    alone = pairs["partners"].map(len) == 1
    kept = pairs[alone & ~pairs["placebo"].astype(bool)]
    target, note = one_scale(kept)
    frame = kept[["main", "partners", f"{target}_a", f"{target}_b"]]
    frame = frame.set_axis(["main", "partner", "a", "b"], axis=1)
    frame = frame.assign(partner=[partners[0] for partners in frame["partner"]]).dropna()
    both = frame.groupby(["main", "partner"])[["a", "b"]].mean().reset_index()
    shared = int((kept["n_same_singles"] > 0).sum())
    told = SHARED.format(shared=shared, n=len(kept)) if shared else ""
    notes = "; ".join(filter(None, [told, note]))
    rows = level_rows("study", "a", "b", both, notes, derive_seed(seed, "two studies"))
    keep = ("statistic", "value", "p", "p_method", "n", "n_tasks", "note")
    return [{name: row[name] for name in keep} for row in rows]


def _agreed(what: str, a: pd.Series, b: pd.Series) -> dict[str, Any]:
    known = a.notna() & b.notna()
    left, right = a[known].astype(str), b[known].astype(str)
    n, same = len(left), int((left == right).sum())
    share = same / n if n else np.nan
    return {"of": what, "gains": n, "agree": same, "share": share, "kappa": _kappa(left, right)}


def _kappa(a: pd.Series, b: pd.Series) -> float:
    from sklearn.metrics import cohen_kappa_score

    if len(set(a) | set(b)) < 2:
        return float("nan")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(cohen_kappa_score(a, b))
