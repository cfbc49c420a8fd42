"""The table ``regressions``: what goes with a gain, with inference that knows that pairs share tasks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from harness.analysis.design import Design, chosen_terms, spread
from harness.analysis.linear import ols_rows
from harness.analysis.mixed import mixed_rows
from harness.analysis.permutation import node_permutation, pearson, spearman
from harness.analysis.rows import Row, null_row, row
from harness.seeds import derive_seed

#: With fewer pairs or tasks than this, a correlation says nothing.
MIN_PAIRS, MIN_TASKS = 4, 3
NAN = float("nan")


def regressions(design: Design, *, confidence: float, seed: int) -> pd.DataFrame:
    """Return Pearson's and Spearman's correlation of every predictor with the gain, OLS and the mixed model.

    Correlations have p values by node permutation; their errors and intervals are null, because pairs are not
    independent. OLS and the mixed model have the terms of :func:`harness.analysis.design.chosen_terms`.
    """
    if design.frame.empty or not design.predictors:
        return pd.DataFrame()
    rows: list[Row] = []
    for model, statistic in (("pearson", pearson), ("spearman", spearman)):
        rows += [_correlation(design, model, statistic, name, seed) for name in design.predictors]
    terms, note = chosen_terms(design)
    note = "; ".join(filter(None, [note, design.note]))
    if not terms or spread(design.frame["gain"].to_numpy(float)) == 0:
        why = "no predictor is known for every pair and varies" if not terms else "all gains are equal"
        rows += [
            null_row(m, t, len(design.frame), design.n_tasks, why)
            for m in ("ols", "mixed")
            for t in terms or ["none"]
        ]
    else:
        rows += ols_rows(design.frame, terms, design.n_tasks, confidence, note)
        rows += mixed_rows(design.frame, terms, design.n_tasks, confidence, note)
    return pd.DataFrame(rows)


def _correlation(
    design: Design,
    model: str,
    statistic: Callable[[np.ndarray, np.ndarray], np.ndarray],
    name: str,
    seed: int,
) -> Row:
    known = design.frame.dropna(subset=[name])
    tasks = sorted(set(known["main"]) | set(known["partner"]))
    n, n_tasks = len(known), len(tasks)
    notes = [design.note] if design.note else []
    if n < len(design.frame):
        notes.insert(0, f"unknown for {len(design.frame) - n} of {len(design.frame)} pairs")
    why = _cannot_correlate(known, name, n_tasks)
    if why:
        return null_row(model, name, n, n_tasks, "; ".join([why, *notes]))
    matrix = design.features[name].unstack("partner").reindex(index=tasks, columns=tasks).to_numpy(float)
    number = {task: i for i, task in enumerate(tasks)}
    main, partner = known["main"].map(number).to_numpy(int), known["partner"].map(number).to_numpy(int)
    stream = derive_seed(seed, "node permutation")
    estimate, p, how = node_permutation(
        statistic, matrix, known["gain"].to_numpy(float), main, partner, stream
    )
    return row(model, name, n, n_tasks, "; ".join(notes), how, estimate, NAN, (NAN, NAN), p)


def _cannot_correlate(known: pd.DataFrame, name: str, n_tasks: int) -> str:
    if len(known) < MIN_PAIRS or n_tasks < MIN_TASKS:
        return f"too few: {len(known)} pairs of {n_tasks} tasks"
    if spread(known[name].to_numpy(float)) == 0:
        return "the predictor is the same for all pairs"
    return "all gains are equal" if spread(known["gain"].to_numpy(float)) == 0 else ""
