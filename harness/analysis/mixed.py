"""The crossed mixed model: pairs share their main task and their partner."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMResults

from harness.analysis.linear import collinear, standardised
from harness.analysis.rows import Row, null_row, row

METHOD = "REML, crossed main and partner effects, t with tasks - fixed effects df"
#: Fewer tasks than this cannot tell two variances of tasks from the residual one.
MIN_TASKS = 4


def fit_crossed(y: np.ndarray, x: np.ndarray, main: np.ndarray, partner: np.ndarray) -> MixedLMResults:
    """Fit ``y [pairs] = intercept + x [pairs, terms] · β + u[main] + v[partner] + e`` by REML, u, v, e normal.

    Crossed effects in statsmodels are variance components of one group that holds all rows.
    """
    names = [f"x{i}" for i in range(x.shape[1])]
    data = pd.DataFrame(x, columns=names).assign(y=y, main=main, partner=partner)
    formula = "y ~ " + (" + ".join(names) or "1")
    components = {"main": "0 + C(main)", "partner": "0 + C(partner)"}
    model = MixedLM.from_formula(formula, data, groups=np.ones(len(data)), vc_formula=components)
    return model.fit(reml=True)


def mixed_rows(
    frame: pd.DataFrame, terms: list[str], n_tasks: int, confidence: float, note: str
) -> list[Row]:
    """Return one row a term: standardised coefficient with a t interval and p, or nulls and the reason.

    A fit that did not converge, or whose covariance is not positive definite, gives no numbers. A variance of tasks
    that is estimated as zero is kept and noted. Degrees of freedom are the number of tasks less the fixed effects.
    """
    n, df = len(frame), n_tasks - len(terms) - 1
    x, y = standardised(frame, terms), standardised(frame, ["gain"])[:, 0]
    why = collinear(x, terms)
    if n_tasks < MIN_TASKS or df < 1 or n < len(terms) + 4:
        why = f"too few tasks: {n_tasks} for {len(terms)} terms and two random effects"
    fit, said = (None, why) if why else _checked_fit(y, x, frame)
    note = "; ".join(filter(None, [said, note]))
    if fit is None:
        return [null_row("mixed", term, n, n_tasks, note, METHOD) for term in terms]
    half = float(stats.t.ppf((1 + confidence) / 2, df))
    found = []
    for i, term in enumerate(terms, start=1):
        estimate, se = float(fit.fe_params.iloc[i]), float(fit.bse_fe.iloc[i])
        p = float(2 * stats.t.sf(abs(estimate) / se, df))
        interval = (estimate - half * se, estimate + half * se)
        found.append(row("mixed", term, n, n_tasks, note, METHOD, estimate, se, interval, p))
    return found


def _checked_fit(y: np.ndarray, x: np.ndarray, frame: pd.DataFrame) -> tuple[MixedLMResults | None, str]:
    """Return the fit and a remark, or ``None`` and what is wrong with it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit = fit_crossed(y, x, frame["main"].to_numpy(), frame["partner"].to_numpy())
            covariance = np.asarray(fit.cov_params())
    except (np.linalg.LinAlgError, ValueError) as error:
        return None, f"the fit failed: {error}"
    if not fit.converged:
        return None, "did not converge"
    fixed = covariance[: x.shape[1] + 1, : x.shape[1] + 1]
    if not np.isfinite(fixed).all() or np.linalg.eigvalsh((fixed + fixed.T) / 2).min() <= 0:
        return None, "covariance of the estimates not positive definite"
    if float(np.min(fit.vcomp)) < 1e-6 * float(fit.scale):
        return fit, "a variance of tasks is estimated as zero"
    return fit, ""
