"""Standardised ordinary least squares with HC3 errors."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from statsmodels.regression.linear_model import RegressionResults
from statsmodels.stats.outliers_influence import variance_inflation_factor

from harness.analysis.rows import Row, null_row, row

#: Above this variance inflation a term's estimate says little about the term.
MAX_VIF = 10.0
#: A leverage above this, or a share of residual variance below this, is one or zero but for rounding.
FULL_LEVERAGE, NO_RESIDUAL = 1 - 1e-8, 1e-16
METHOD = "HC3"


def standardised(frame: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """Return z-scores (sample standard deviation) of the columns, ``[rows, columns]``."""
    return np.asarray(stats.zscore(frame[columns].to_numpy(float), axis=0, ddof=1))


def collinear(x: np.ndarray, terms: list[str]) -> str:
    """Return what makes the columns of ``x [pairs, terms]`` collinear, or an empty string.

    Variance inflation ``1 / (1 - R²)`` of each term given the others, at most 10.
    """
    if x.shape[1] < 2:
        return ""
    with np.errstate(divide="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a badly conditioned design: what is looked for
        design = sm.add_constant(x, has_constant="add")
        inflation = [variance_inflation_factor(design, i + 1) for i in range(x.shape[1])]
    worst = int(np.argmax(inflation))
    return f"collinear: VIF of {terms[worst]} is {inflation[worst]:.3g}" if inflation[worst] > MAX_VIF else ""


def ols_rows(frame: pd.DataFrame, terms: list[str], n_tasks: int, confidence: float, note: str) -> list[Row]:
    """Return one row a term: standardised coefficient, HC3 error, t interval and p.

    HC3: MacKinnon and White 1985, "Some heteroskedasticity-consistent covariance matrix estimators". It takes
    the pairs for independent, which they are not: compare with the model ``mixed``.
    """
    n = len(frame)
    fit = _checked_fit(frame, terms)
    if isinstance(fit, str):
        said = "; ".join(filter(None, [fit, note]))
        return [null_row("ols", term, n, n_tasks, said, METHOD) for term in terms]
    said = "; ".join(filter(None, ["errors take pairs for independent", note]))
    intervals = fit.conf_int(1 - confidence)
    found = []
    for i, term in enumerate(terms, start=1):
        interval = (intervals[i][0], intervals[i][1])
        found.append(
            row("ols", term, n, n_tasks, said, METHOD, fit.params[i], fit.bse[i], interval, fit.pvalues[i])
        )
    return found


def _checked_fit(frame: pd.DataFrame, terms: list[str]) -> RegressionResults | str:
    """Return the fit, intercept first, or why there is none to be trusted."""
    if len(frame) < len(terms) + 3:
        return f"too few pairs: {len(frame)} for {len(terms)} terms"
    x, y = standardised(frame, terms), standardised(frame, ["gain"])[:, 0]
    why = collinear(x, terms)
    if why:
        return why
    fit = sm.OLS(y, sm.add_constant(x, has_constant="add")).fit()
    if fit.get_influence().hat_matrix_diag.max() > FULL_LEVERAGE:
        return "HC3 errors not defined: one pair alone decides a term (leverage one)"
    if fit.ssr <= NO_RESIDUAL * fit.centered_tss:
        return "HC3 errors not defined: no residual is left"
    return fit.get_robustcov_results("HC3", use_t=True)
