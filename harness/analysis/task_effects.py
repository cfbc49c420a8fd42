"""Fixed effects where tasks have random effects: by statsmodels where it can, by own REML where it cannot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm

from harness.analysis.crossed import fit_crossed
from harness.analysis.reml import Reml, fit_reml, indicators
from harness.analysis.rows import said

EFFECTS = ("main", "partner")
#: A variance of tasks below this share of the residual one is zero.
ZERO = 1e-4


@dataclass(frozen=True)
class Fixed:
    """Estimates and standard errors of the fixed effects, intercept first, ``[terms + 1]``; and a remark."""

    estimate: np.ndarray
    se: np.ndarray
    note: str


def crossed(y: np.ndarray, x: np.ndarray, main: np.ndarray, partner: np.ndarray) -> Fixed | str:
    """Return the crossed model's fixed effects of ``y [pairs]`` on ``x [pairs, terms]``, or what is wrong.

    A variance that own REML finds at zero leaves its effect out; where statsmodels fails, own REML stands in.
    """
    reml = _reml(y, x, indicators(main, partner))
    if isinstance(reml, str):
        return reml
    there = [name for name, ratio in zip(EFFECTS, reml.ratios, strict=True) if reml.failure or ratio > ZERO]
    zero = said(*(f"variance of {name} effects estimated as zero" for name in EFFECTS if name not in there))
    if not there:
        return _without_effects(y, x, zero)
    members = {name: end for name, end in zip(EFFECTS, (main, partner), strict=True) if name in there}
    fit = fit_crossed(y, x, members, reml)
    if not isinstance(fit, str):
        return Fixed(np.asarray(fit.fe_params), np.asarray(fit.bse_fe), zero)
    if reml.failure:
        return said(f"statsmodels: {fit}", f"own REML: {reml.failure}")
    return _of(reml, said(zero, f"statsmodels: {fit}; by own REML (Woodbury) instead"))


def shared(y: np.ndarray, x: np.ndarray, main: np.ndarray, partner: np.ndarray) -> Fixed | str:
    """Return the fixed effects of the model with one effect a task, or what is wrong."""
    as_main, as_partner = indicators(main, partner)
    reml = _reml(y, x, [as_main + as_partner])
    if isinstance(reml, str) or reml.failure:
        return reml if isinstance(reml, str) else reml.failure
    if reml.ratios[0] <= ZERO:
        return _without_effects(y, x, "variance of task effects estimated as zero")
    return _of(reml, "")


def _reml(y: np.ndarray, x: np.ndarray, effects: list[np.ndarray]) -> Reml | str:
    try:
        return fit_reml(y, np.column_stack([np.ones(len(y)), x]), effects)
    except (np.linalg.LinAlgError, ValueError) as error:
        return f"the fit failed: {error}"


def _of(reml: Reml, note: str) -> Fixed:
    return Fixed(reml.estimate, np.sqrt(np.diag(reml.covariance)), note)


def _without_effects(y: np.ndarray, x: np.ndarray, note: str) -> Fixed:
    plain = sm.OLS(y, sm.add_constant(x, has_constant="add")).fit()
    return Fixed(np.asarray(plain.params), np.asarray(plain.bse), note)
