"""Standardised ordinary least squares, with errors that know less and more of the tasks that pairs share."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from statsmodels.regression.linear_model import RegressionResults
from statsmodels.stats.outliers_influence import variance_inflation_factor

from harness.analysis.clustered import dyadic, indefinite, two_way
from harness.analysis.rows import Row, null_row, row, said, t_row

#: Above this variance inflation a term's estimate says little about the term.
MAX_VIF = 10.0
#: A leverage above this, or a share of residual variance below this, is one or zero but for rounding.
FULL_LEVERAGE, NO_RESIDUAL = 1 - 1e-8, 1e-16
HC3, TWO_WAY, DYADIC = "HC3", "two-way clusters (main, partner)", "dyadic-robust"
METHODS = (HC3, TWO_WAY, DYADIC)


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
    """Return one row a term and error method: standardised coefficient, error, t interval and p.

    HC3 (MacKinnon and White 1985, "Some heteroskedasticity-consistent covariance matrix estimators") takes
    the pairs for independent, which they are not, and has pairs less fixed effects (terms and intercept)
    degrees of freedom. The other two have tasks less fixed effects:
    :func:`~harness.analysis.clustered.two_way` and :func:`~harness.analysis.clustered.dyadic`. Where a
    covariance gives no error, the estimate stands alone.
    """
    n = len(frame)
    fit = checked_fit(frame, terms)
    if isinstance(fit, str):
        return [null_row("ols", term, n, n_tasks, said(fit, note), how) for term in terms for how in METHODS]
    df = n_tasks - len(terms) - 1
    main, partner = frame["main"].to_numpy(), frame["partner"].to_numpy()
    covariances = (
        (HC3, fit.cov_HC3, float(fit.df_resid), "errors take pairs for independent"),
        (TWO_WAY, two_way(fit, main, partner), df, ""),
        (DYADIC, dyadic(np.asarray(fit.model.exog), np.asarray(fit.resid), main, partner), df, ""),
    )
    found = []
    for i, term in enumerate(terms, start=1):
        for how, covariance, free, remark in covariances:
            why = _no_degrees(free, n_tasks, len(terms)) or indefinite(covariance)
            about = ("ols", term, n, n_tasks, said(why, remark, note), how, float(fit.params[i]))
            found.append(row(*about) if why else t_row(*about, covariance[i, i] ** 0.5, free, confidence))
    return found


def _no_degrees(df: float, n_tasks: int, n_terms: int) -> str:
    return "" if df >= 1 else f"too few tasks: {n_tasks} for {n_terms} terms"


def checked_fit(frame: pd.DataFrame, terms: list[str]) -> RegressionResults | str:
    """Return the standardised fit, intercept first, or why there is none to be trusted."""
    if len(frame) < len(terms) + 3:
        return f"too few pairs: {len(frame)} for {len(terms)} terms"
    x, y = standardised(frame, terms), standardised(frame, ["gain"])[:, 0]
    why = collinear(x, terms)
    if why:
        return why
    fit = sm.OLS(y, sm.add_constant(x, has_constant="add")).fit()
    if fit.get_influence().hat_matrix_diag.max() > FULL_LEVERAGE:
        return "errors not defined: one pair alone decides a term (leverage one)"
    if fit.ssr <= NO_RESIDUAL * fit.centered_tss:
        return "errors not defined: no residual is left"
    return fit
