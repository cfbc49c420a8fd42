"""Logistic regression of the sign of the gain."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import optimize

from harness.analysis.clustered import indefinite, two_way
from harness.analysis.linear import TWO_WAY, collinear, standardised
from harness.analysis.rows import Row, null_row, row, said, t_row

#: A linear predictor that separates by less than this does so by rounding.
SEPARATES = 1e-7


def logistic_rows(
    frame: pd.DataFrame, terms: list[str], n_tasks: int, confidence: float, note: str
) -> list[Row]:
    """Return one row a term of the model ``logistic``: log odds of a gain above zero, a standard deviation.

    Maximum likelihood; errors clustered by main and by partner (:func:`~harness.analysis.clustered.two_way`),
    t with tasks less fixed effects degrees of freedom. Signs that do not vary, terms that separate them, a
    fit that did not converge or too few tasks give no numbers; a covariance that is not positive semidefinite
    gives the estimate alone.
    """
    n, df = len(frame), n_tasks - len(terms) - 1
    x, positive = standardised(frame, terms), frame["gain"].to_numpy(float) > 0
    fit = _cannot(x, positive, terms, n_tasks) or _fit(x, positive)
    if isinstance(fit, str):
        return [null_row("logistic", term, n, n_tasks, said(fit, note), TWO_WAY) for term in terms]
    covariance = two_way(fit, frame["main"].to_numpy(), frame["partner"].to_numpy())
    why = indefinite(covariance)
    found = []
    for i, term in enumerate(terms, start=1):
        numbers = ("logistic", term, n, n_tasks, said(why, note), TWO_WAY, float(fit.params[i]))
        found.append(row(*numbers) if why else t_row(*numbers, covariance[i, i] ** 0.5, df, confidence))
    return found


def separated(x: np.ndarray, positive: np.ndarray) -> bool:
    """Whether some direction of ``x [pairs, terms]`` separates the signs, wholly or but for ties.

    Then the likelihood has no maximum: Albert and Anderson 1984, "On the existence of maximum likelihood
    estimates in logistic regression models", Biometrika 71. A linear program looks for the direction with the
    largest sum of margins, none of them negative: Konis 2007, "Linear programming algorithms for detecting
    separated data in binary logistic regression models", DPhil thesis, Oxford.
    """
    margins = np.where(positive, 1.0, -1.0)[:, None] * np.column_stack([np.ones(len(x)), x])
    found = optimize.linprog(-margins.sum(axis=0), A_ub=-margins, b_ub=np.zeros(len(x)), bounds=(-1, 1))
    return bool(found.status == 0 and -found.fun > SEPARATES * len(x))


def _cannot(x: np.ndarray, positive: np.ndarray, terms: list[str], n_tasks: int) -> str:
    if n_tasks - len(terms) - 1 < 1:
        return f"too few tasks: {n_tasks} for {len(terms)} terms"
    if positive.all() or not positive.any():
        return f"all gains are {'positive' if positive.all() else 'zero or negative'}"
    if len(x) < len(terms) + 3:
        return f"too few pairs: {len(x)} for {len(terms)} terms"
    why = collinear(x, terms)
    return why or ("the terms separate positive gains from the others" if separated(x, positive) else "")


def _fit(x: np.ndarray, positive: np.ndarray) -> Any:
    """Return the fit, intercept first, or what is wrong with it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of convergence: it is looked at
            fit = sm.Logit(positive.astype(float), sm.add_constant(x, has_constant="add")).fit(
                disp=0, maxiter=100
            )
    except (np.linalg.LinAlgError, ValueError) as error:
        return f"the fit failed: {error}"
    return fit if fit.mle_retvals["converged"] else "did not converge"
