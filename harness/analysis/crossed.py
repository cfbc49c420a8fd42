"""The crossed mixed model by statsmodels, from several starts, with its convergence checked."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMParams, MixedLMResults

from harness.analysis.reml import Reml

#: Methods of one fit after another: first those that need no gradient, undefined at a variance of zero.
METHODS: tuple[tuple[str, ...], ...] = (("powell", "nm"), ("lbfgs",))
#: A fit whose restricted log-likelihood is this much below the best known is no maximum.
SHORTFALL = 1e-2


def crossed_model(y: np.ndarray, x: np.ndarray, members: Mapping[str, np.ndarray]) -> MixedLM:
    """Return the model ``y [pairs] = intercept + x [pairs, terms] · β + one effect a member + e``.

    ``members`` gives tasks of every pair by the effect's name (``main``, ``partner``). Crossed effects in
    statsmodels are variance components of one group that holds all rows.
    """
    names = [f"x{i}" for i in range(x.shape[1])]
    data = pd.DataFrame(x, columns=names).assign(y=y, **members)
    components = {name: f"0 + C({name})" for name in members}
    formula = f"y ~ {' + '.join(names) or '1'}"
    return MixedLM.from_formula(formula, data, groups=np.ones(len(data)), vc_formula=components)


def fit_crossed(
    y: np.ndarray, x: np.ndarray, members: Mapping[str, np.ndarray], known: Reml | None = None
) -> MixedLMResults | str:
    """Return statsmodels' REML fit, or what is wrong with the last one that was tried.

    Each of :data:`METHODS` starts from statsmodels' own values, and then from those of ``known``, a fit of
    the same model. A fit counts where it says that it converged, where its covariance is positive definite,
    and where its likelihood is no lower than that of ``known``.
    """
    model = crossed_model(y, x, members)
    starts: list[MixedLMParams | None] = [None]
    if known is not None and not known.failure and len(known.ratios) == len(members):
        starts.append(_start(model, known, list(members)))
    why = "not fitted"
    for start in starts:
        for methods in METHODS:
            fit = _fit(model, start, methods)
            why = fit if isinstance(fit, str) else wrong(fit, known)
            if not isinstance(fit, str) and not why:
                return fit
    return why


def wrong(fit: MixedLMResults, known: Reml | None = None) -> str:
    """Return what is wrong with a fit, or an empty string."""
    if not fit.converged:
        return "did not converge"
    if known is not None and not known.failure and float(fit.llf) < known.log_likelihood - SHORTFALL:
        return "converged to less than the highest likelihood"
    terms = len(fit.fe_params)
    covariance = np.asarray(fit.cov_params())[:terms, :terms]
    if not np.isfinite(covariance).all() or np.linalg.eigvalsh((covariance + covariance.T) / 2).min() <= 0:
        return "covariance of the estimates not positive definite"
    return ""


def _fit(model: MixedLM, start: MixedLMParams | None, methods: Sequence[str]) -> MixedLMResults | str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of convergence: it is looked at
            return model.fit(reml=True, method=list(methods), start_params=start)
    except (np.linalg.LinAlgError, ValueError) as error:
        return f"the fit failed: {error}"


def _start(model: MixedLM, known: Reml, names: list[str]) -> MixedLMParams:
    """Return starting values from a known fit; statsmodels takes variances over the residual one."""
    ratios = dict(zip(names, known.ratios, strict=True))
    return MixedLMParams.from_components(
        fe_params=known.estimate,
        cov_re=np.zeros((0, 0)),
        vcomp=np.array([ratios[name] for name in model.exog_vc.names]),
    )
