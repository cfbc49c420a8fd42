"""Standardised ordinary least squares with HC3 errors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.outliers_influence import variance_inflation_factor

from harness.analysis.rows import Row, null_row, row

#: Above this variance inflation a term's estimate says little about the term.
MAX_VIF = 10.0


def standardised(frame: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """Return z-scores (sample standard deviation) of the columns, ``[rows, columns]``."""
    return np.asarray(stats.zscore(frame[columns].to_numpy(float), axis=0, ddof=1))


def collinear(x: np.ndarray, terms: list[str]) -> str:
    """Return what makes the columns of ``x [pairs, terms]`` collinear, or an empty string.

    Variance inflation ``1 / (1 - R²)`` of each term given the others, at most 10.
    """
    if x.shape[1] < 2:
        return ""
    with np.errstate(divide="ignore"):
        design = sm.add_constant(x, has_constant="add")
        inflation = [variance_inflation_factor(design, i + 1) for i in range(x.shape[1])]
    worst = int(np.argmax(inflation))
    return f"collinear: VIF of {terms[worst]} is {inflation[worst]:.3g}" if inflation[worst] > MAX_VIF else ""


def ols_rows(frame: pd.DataFrame, terms: list[str], n_tasks: int, confidence: float, note: str) -> list[Row]:
    """Return one row a term: standardised coefficient, HC3 error, t interval and p.

    HC3: MacKinnon and White 1985, "Some heteroskedasticity-consistent covariance matrix estimators". It takes the
    pairs for independent, which they are not: compare with the model ``mixed``.
    """
    method = "HC3"
    n = len(frame)
    x, y = standardised(frame, terms), standardised(frame, ["gain"])[:, 0]
    why = collinear(x, terms)
    if n < len(terms) + 3:
        why = f"too few pairs: {n} for {len(terms)} terms"
    if why:
        return [null_row("ols", term, n, n_tasks, f"{why}; {note}".strip("; "), method) for term in terms]
    with np.errstate(divide="ignore", invalid="ignore"):
        fit = sm.OLS(y, sm.add_constant(x, has_constant="add")).fit(cov_type="HC3", use_t=True)
        errors, intervals = np.asarray(fit.bse), np.asarray(fit.conf_int(1 - confidence))
    if not np.isfinite(errors).all() or (errors <= 0).any():
        why = "HC3 errors not finite: a pair has leverage one, or nothing is left over"
        return [null_row("ols", term, n, n_tasks, f"{why}; {note}".strip("; "), method) for term in terms]
    said = f"errors take pairs for independent; {note}".strip("; ")
    return [
        row(
            "ols",
            term,
            n,
            n_tasks,
            said,
            method,
            fit.params[i],
            errors[i],
            tuple(intervals[i]),
            fit.pvalues[i],
        )
        for i, term in enumerate(terms, start=1)
    ]
