"""Correlations of predictors with the gain, as rows of the table ``regressions``."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

from harness.analysis.closed import closed_correlations, is_closed
from harness.analysis.design import Design, spread
from harness.analysis.numbering import matrix_of, numbered
from harness.analysis.permutation import node_permutation, pearson, spearman
from harness.analysis.rows import Row, null_row, row, said

#: With fewer pairs or tasks than this, a correlation says nothing.
MIN_PAIRS, MIN_TASKS = 4, 3
Statistic = Callable[[np.ndarray, np.ndarray], np.ndarray]
STATISTICS: dict[str, Statistic] = {"pearson": pearson, "spearman": spearman}


def correlation_rows(design: Design, model: str, seed: int) -> list[Row]:
    """Return one row a predictor of the model ``pearson`` or ``spearman``, with a p by node permutation.

    Errors and intervals are null, because pairs are not independent. A predictor that is known for some pairs
    is correlated over those.
    """
    together = _known_for_all(design)
    found = _together(design, model, together, seed) if together else {}
    return [found.get(name) or _alone(design, model, name, seed) for name in design.predictors]


def _known_for_all(design: Design) -> list[str]:
    """Return the predictors that are known for every pair, if every directed pair was measured."""
    frame = design.frame
    if not is_closed(*numbered(frame)[1:]):
        return []
    known = [name for name in design.predictors if frame[name].notna().all()]
    return [name for name in known if not _cannot(frame, name, design.n_tasks)]


def _together(design: Design, model: str, names: list[str], seed: int) -> dict[str, Row]:
    frame = design.frame
    values, gain = frame[names].to_numpy(float), frame["gain"].to_numpy(float)
    if model == "spearman":
        values, gain = stats.rankdata(values, axis=0), stats.rankdata(gain)
    estimates, p, how = closed_correlations(values, gain, *numbered(frame)[1:], seed)
    numbers = zip(names, estimates, p, strict=True)
    shared = (len(frame), design.n_tasks, design.note, how)
    return {name: row(model, name, *shared, estimate, p=own) for name, estimate, own in numbers}


def _alone(design: Design, model: str, name: str, seed: int) -> Row:
    known = design.frame.dropna(subset=[name])
    tasks, main, partner = numbered(known)
    n, missing = len(known), len(design.frame) - len(known)
    note = said(f"unknown for {missing} of {len(design.frame)} pairs" if missing else "", design.note)
    why = _cannot(known, name, len(tasks))
    if why:
        return null_row(model, name, n, len(tasks), said(why, note))
    matrix, gain = matrix_of(design.features[name], tasks), known["gain"].to_numpy(float)
    estimate, p, how = node_permutation(STATISTICS[model], matrix, gain, main, partner, seed)
    return row(model, name, n, len(tasks), note, how, estimate, p=p)


def _cannot(known: pd.DataFrame, name: str, n_tasks: int) -> str:
    if len(known) < MIN_PAIRS or n_tasks < MIN_TASKS:
        return f"too few: {len(known)} pairs of {n_tasks} tasks"
    if spread(known[name].to_numpy(float)) == 0:
        return "the predictor is the same for all pairs"
    return "all gains are equal" if spread(known["gain"].to_numpy(float)) == 0 else ""
