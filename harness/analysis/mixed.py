"""The crossed mixed model: pairs share their main task and their partner."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMResults

from harness.analysis.linear import collinear, standardised
from harness.analysis.rows import Row, null_row, row

METHOD = "REML, crossed main and partner effects, t with tasks - fixed effects df"
#: Fewer tasks than this cannot tell two variances of tasks from the residual one.
MIN_TASKS = 4
EFFECTS = ("main", "partner")
#: A variance of tasks below this share of the residual one is zero.
ZERO = 1e-4


@dataclass(frozen=True)
class Fixed:
    """Estimates and standard errors of the fixed effects, intercept first, ``[terms + 1]``; and a remark."""

    estimate: np.ndarray
    se: np.ndarray
    note: str


def fit_crossed(
    y: np.ndarray, x: np.ndarray, members: Mapping[str, np.ndarray], effects: tuple[str, ...] = EFFECTS
) -> MixedLMResults:
    """Fit ``y [pairs] = intercept + x [pairs, terms] · β + u[main] + v[partner] + e`` by REML.

    ``members`` gives the task at either end of every pair. Crossed effects in statsmodels are variance
    components of one group that holds all rows. The likelihood is profiled down to the two variances, so that
    Powell's method and Nelder and Mead's find its maximum where gradients, undefined at a variance of zero,
    stop early.
    """
    names = [f"x{i}" for i in range(x.shape[1])]
    data = pd.DataFrame(x, columns=names).assign(y=y, **members)
    components = {name: f"0 + C({name})" for name in effects}
    model = MixedLM.from_formula(
        f"y ~ {' + '.join(names) or '1'}", data, groups=np.ones(len(data)), vc_formula=components
    )
    return model.fit(reml=True, method=["powell", "nm"])


def mixed_rows(
    frame: pd.DataFrame, terms: list[str], n_tasks: int, confidence: float, note: str
) -> list[Row]:
    """Return one row a term: standardised coefficient with a t interval and p, or nulls and the reason.

    A fit that did not converge, or whose covariance is not positive definite, gives no numbers. Where the
    variance of main or partner effects is estimated as zero, that effect is left out and the note says so.
    Degrees of freedom are the number of tasks less the number of fixed effects.
    """
    n, df = len(frame), n_tasks - len(terms) - 1
    if n_tasks < MIN_TASKS or df < 1 or n < len(terms) + 4:
        fit: Fixed | str = f"too few tasks: {n_tasks} for {len(terms)} terms and two random effects"
    else:
        x, y = standardised(frame, terms), standardised(frame, ["gain"])[:, 0]
        members = {name: frame[name].to_numpy(dtype=str) for name in EFFECTS}
        fit = collinear(x, terms) or _checked_fit(y, x, members, EFFECTS)
    if isinstance(fit, str):
        said = "; ".join(filter(None, [fit, note]))
        return [null_row("mixed", term, n, n_tasks, said, METHOD) for term in terms]
    said = "; ".join(filter(None, [fit.note, note]))
    half = float(stats.t.ppf((1 + confidence) / 2, df))
    found = []
    for i, term in enumerate(terms, start=1):
        estimate, se = float(fit.estimate[i]), float(fit.se[i])
        p = float(2 * stats.t.sf(abs(estimate) / se, df))
        interval = (estimate - half * se, estimate + half * se)
        found.append(row("mixed", term, n, n_tasks, said, METHOD, estimate, se, interval, p))
    return found


def _checked_fit(
    y: np.ndarray, x: np.ndarray, members: Mapping[str, np.ndarray], effects: tuple[str, ...]
) -> Fixed | str:
    """Return the fixed effects, or what is wrong with the fit."""
    note = "; ".join(
        f"variance of {name} effects estimated as zero" for name in EFFECTS if name not in effects
    )
    if not effects:
        plain = sm.OLS(y, sm.add_constant(x, has_constant="add")).fit()
        return Fixed(np.asarray(plain.params), np.asarray(plain.bse), note)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit = fit_crossed(y, x, members, effects)
            covariance = np.asarray(fit.cov_params())
    except (np.linalg.LinAlgError, ValueError) as error:
        return f"the fit failed: {error}"
    if not fit.converged:
        return "did not converge"
    if float(np.min(fit.vcomp)) < ZERO * float(fit.scale):
        smallest = fit.model.exog_vc.names[int(np.argmin(fit.vcomp))]
        return _checked_fit(y, x, members, tuple(name for name in effects if name != smallest))
    if not np.isfinite(covariance).all() or np.linalg.eigvalsh((covariance + covariance.T) / 2).min() <= 0:
        return "covariance of the estimates not positive definite"
    return Fixed(np.asarray(fit.fe_params), np.asarray(fit.bse_fe), note)
