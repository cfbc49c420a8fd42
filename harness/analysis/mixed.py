"""The mixed models: pairs share their main task and their partner."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from harness.analysis.linear import collinear, standardised
from harness.analysis.rows import Row, null_row, said, t_row
from harness.analysis.task_effects import Fixed, crossed, shared

METHOD = "REML, crossed main and partner effects, t with tasks - fixed effects df"
SHARED = "REML, one effect a task for both ends, t with tasks - fixed effects df"
#: What the model of one effect a task takes for granted; where it is not so, its p are far too small.
ALIKE = "takes a task to act alike as main and as partner"
#: Fewer tasks than this cannot tell two variances of tasks from the residual one.
MIN_TASKS = 4


def mixed_rows(
    frame: pd.DataFrame, terms: list[str], n_tasks: int, confidence: float, note: str
) -> list[Row]:
    """Return one row a term of the model ``mixed``: standardised coefficient, t interval and p, or the reason.

    ``y = intercept + x · β + u[main] + v[partner] + e``, by statsmodels
    (:func:`~harness.analysis.crossed.fit_crossed`) or, where that fails, by
    :func:`~harness.analysis.reml.fit_reml`; the note says so. A variance that is estimated as zero leaves its
    effect out, and the note says so too. Degrees of freedom are tasks less fixed effects (terms and
    intercept).
    """
    return _rows("mixed", METHOD, crossed, frame, terms, n_tasks, confidence, note)


def shared_rows(
    frame: pd.DataFrame, terms: list[str], n_tasks: int, confidence: float, note: str
) -> list[Row]:
    """Return one row a term of the model ``mixed_shared``: ``y = intercept + x · β + u[main] + u[partner] + e``.

    A task has one effect, wherever it stands, which statsmodels cannot express; by
    :func:`~harness.analysis.reml.fit_reml`.
    """
    return _rows("mixed_shared", SHARED, shared, frame, terms, n_tasks, confidence, said(ALIKE, note))


def _rows(
    model: str,
    how: str,
    fitted: Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], Fixed | str],
    frame: pd.DataFrame,
    terms: list[str],
    n_tasks: int,
    confidence: float,
    note: str,
) -> list[Row]:
    n, df = len(frame), n_tasks - len(terms) - 1
    if n_tasks < MIN_TASKS or df < 1 or n < len(terms) + 4:
        fit: Fixed | str = f"too few tasks: {n_tasks} for {len(terms)} terms and random effects"
    else:
        x, y = standardised(frame, terms), standardised(frame, ["gain"])[:, 0]
        ends = frame["main"].to_numpy(dtype=str), frame["partner"].to_numpy(dtype=str)
        fit = collinear(x, terms) or fitted(y, x, *ends)
    if isinstance(fit, str):
        return [null_row(model, term, n, n_tasks, said(fit, note), how) for term in terms]
    about = said(fit.note, note)
    numbers = list(zip(terms, fit.estimate[1:], fit.se[1:], strict=True))
    return [t_row(model, term, n, n_tasks, about, how, b, se, df, confidence) for term, b, se in numbers]
