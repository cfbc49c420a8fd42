"""Correlations that ask which partner helps *this* main task, as rows of the table ``regressions``.

A predictor that tells easy mains from hard ones correlates with the gain over all pairs and is of no use for
choosing a partner; one that tells good partners may not correlate over all pairs at all.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

from harness.analysis.closed import is_closed
from harness.analysis.design import Design, spread
from harness.analysis.numbering import matrix_of, numbered
from harness.analysis.permutation import pearson, task_permutations
from harness.analysis.rows import NAN, Row, row, said
from harness.analysis.scores import centred, tidy

#: Node permutations, where there are too many tasks for all of them.
DRAWS = 1000
#: ``(x [draws, pairs], gain [pairs], main [pairs]) -> [draws]``
Within = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def spearman_within_main(x: np.ndarray, gain: np.ndarray, main: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation over all pairs, after both are centred within the main task."""
    ranks = stats.rankdata(tidy(centred(x, main)), axis=1)
    return pearson(ranks, stats.rankdata(tidy(centred(gain[None], main))[0]))


def spearman_mean_of_mains(x: np.ndarray, gain: np.ndarray, main: np.ndarray) -> np.ndarray:
    """Mean over the main tasks of Spearman's rank correlation of each main's own pairs.

    Mains with fewer than three pairs, or whose gains or predictors are all equal, are left out.
    """
    found = []
    for task in np.unique(main):
        own = main == task
        if own.sum() > 2 and spread(gain[own]) > 0:
            found.append(pearson(stats.rankdata(x[:, own], axis=1), stats.rankdata(gain[own])))
    if not found:
        return np.full(len(x), np.nan)
    values = np.array(found)
    known = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, values, 0).sum(axis=0) / known.sum(axis=0))


WITHIN: dict[str, Within] = {
    "spearman_within_main": spearman_within_main,
    "spearman_mean_of_mains": spearman_mean_of_mains,
}


def within_rows(design: Design, seed: int) -> list[Row]:
    """Return a row a model and predictor that differs between the partners of a main.

    ``p`` is by node permutation where every directed pair of the tasks was measured and the predictor is known
    for it; otherwise it is null and the note says so. Errors and intervals are null, because pairs are not
    independent.
    """
    return [
        found
        for model in WITHIN
        for name in design.predictors
        if (found := _row(design, model, name, seed)) is not None
    ]


def _row(design: Design, model: str, name: str, seed: int) -> Row | None:
    known = design.frame.dropna(subset=[name])
    tasks, main, _ = numbered(known)
    if len(known) < 4 or len(tasks) < 3:
        return None
    gain, values = known["gain"].to_numpy(float), known[name].to_numpy(float)
    observed = float(WITHIN[model](values[None], gain, main)[0])
    if not np.isfinite(observed) or np.ptp(tidy(centred(values[None], main))) == 0:
        return None
    p, how = _p(model, observed, design.features[name], known, seed)
    why = "" if how else "no p: not every directed pair was measured"
    return row(model, name, len(known), len(tasks), said(why, design.note), how, observed, p=p)


def _p(
    model: str, observed: float, feature: pd.Series, known: pd.DataFrame, seed: int
) -> tuple[float, str | None]:
    tasks, main, partner = numbered(known)
    if not is_closed(main, partner):
        return NAN, None
    permutations, exact = task_permutations(len(tasks), seed, DRAWS)
    matrix = matrix_of(feature, tasks)
    drawn = WITHIN[model](
        matrix[permutations[:, main], permutations[:, partner]], known["gain"].to_numpy(float), main
    )
    drawn = drawn[np.isfinite(drawn)]
    hits = int((np.abs(drawn) >= abs(observed) - 1e-12).sum())
    p = hits / len(drawn) if exact else (hits + 1) / (len(drawn) + 1)
    return p, f"node permutation ({'all ' if exact else ''}{len(permutations)})"
