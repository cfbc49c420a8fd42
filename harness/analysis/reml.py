"""REML of a mixed model with crossed effects, fast and safe at a variance of zero.

``y = X β + Σ Z_k u_k + e`` with ``u_k ~ N(0, σ² λ_k I)`` and ``e ~ N(0, σ² I)``, so that ``y`` has the
covariance ``σ² V``, ``V = I + Z Λ Zᵀ``. The identity of Woodbury gives its inverse and determinant from
matrices as small as the number of effects, ``M = I + Λ^½ Zᵀ Z Λ^½``: ``V⁻¹ = I - Z Λ^½ M⁻¹ Λ^½ Zᵀ`` and ``|V|
= |M|``. Profiled restricted likelihood and its gradient: Bates et al. 2015, "Fitting linear mixed-effects
models using lme4", JSS 67; Harville 1977, "Maximum likelihood approaches to variance component estimation",
JASA 72.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize
from scipy.linalg import LinAlgError, cholesky, solve_triangular

#: Shares λ / (1 + λ) from which the search starts.
STARTS = (0.5, 0.1, 0.9)
#: A share above this leaves no residual; a projected gradient (log-likelihood for a unit of share) below this
#: is flat.
MAX_SHARE, FLAT = 1 - 1e-6, 1e-2


@dataclass(frozen=True)
class Reml:
    """The maximum of the restricted likelihood.

    ``estimate [terms]`` and ``covariance [terms, terms]`` of the fixed effects, the residual variance
    ``scale``, the ``ratios`` ``λ_k`` of the effects' variances to it, ``log_likelihood``; ``failure`` says
    why it is not to be trusted.
    """

    estimate: np.ndarray
    covariance: np.ndarray
    scale: float
    ratios: np.ndarray
    log_likelihood: float
    failure: str = ""


class RestrictedLikelihood:
    """The restricted likelihood of ``y [rows]`` given ``x [rows, terms]``, profiled to the ratios.

    ``effects`` are the matrices ``Z_k [rows, levels]``.
    """

    def __init__(self, y: np.ndarray, x: np.ndarray, effects: Sequence[np.ndarray]) -> None:
        z, data = np.hstack(effects), np.column_stack([x, y])
        self.sizes = [effect.shape[1] for effect in effects]
        self.ends = np.cumsum([0, *self.sizes[:-1]])
        self.df = x.shape[0] - x.shape[1]
        self.zz, self.zd, self.dd = z.T @ z, z.T @ data, data.T @ data

    def at(self, ratios: np.ndarray) -> tuple[Reml, np.ndarray]:
        """Return the fit with these ratios held, and the gradient of its log-likelihood with respect to them."""
        root = np.sqrt(np.repeat(ratios, self.sizes))[:, None]
        factor = cholesky(np.eye(len(root)) + root * self.zz * root.T, lower=True)
        halves = solve_triangular(factor, root * np.hstack([self.zz, self.zd]), lower=True)
        z_half, d_half = halves[:, : len(root)], halves[:, len(root) :]
        weighed = self.dd - d_half.T @ d_half
        information, moment = weighed[:-1, :-1], weighed[:-1, -1]
        inverse = np.linalg.inv(information)
        estimate = inverse @ moment
        scale = float(weighed[-1, -1] - moment @ estimate) / self.df
        if scale <= 1e-14 * self.dd[-1, -1] / self.df:
            raise LinAlgError("no residual is left")
        determinants = 2 * np.log(np.diag(factor)).sum() + np.linalg.slogdet(information)[1]
        value = -0.5 * (self.df * (np.log(2 * np.pi * scale) + 1) + determinants)
        fit = Reml(estimate, scale * inverse, scale, ratios, float(value))
        return fit, self._gradient(z_half, d_half, inverse, estimate, scale)

    def _gradient(
        self, z_half: np.ndarray, d_half: np.ndarray, inverse: np.ndarray, estimate: np.ndarray, scale: float
    ) -> np.ndarray:
        """Return ``-½ (tr(Z_kᵀ P Z_k) - |Z_kᵀ P y|² / σ²)``; ``P`` is ``V⁻¹`` off the fixed effects' space."""
        zvd = self.zd - z_half.T @ d_half
        zvx = zvd[:, :-1]
        traces = np.diag(self.zz) - (z_half**2).sum(axis=0) - ((zvx @ inverse) * zvx).sum(axis=1)
        residual = (zvd[:, -1] - zvx @ estimate) ** 2
        return np.asarray(-0.5 * np.add.reduceat(traces - residual / scale, self.ends))


def fit_reml(
    y: np.ndarray, x: np.ndarray, effects: Sequence[np.ndarray], starts: Sequence[float] = STARTS
) -> Reml:
    """Return the REML fit of ``y [rows]`` on ``x [rows, terms]`` (with its intercept) and the effects ``Z_k``.

    The shares ``λ_k / (1 + λ_k)`` are searched in ``[0, 1)`` by L-BFGS-B with the exact gradient, from
    several starts; a variance of zero is an honest answer. ``failure`` is set where no start ended at a
    maximum.

    Raises:
        numpy.linalg.LinAlgError: the fixed effects are not identified, or leave no residual.
    """
    likelihood = RestrictedLikelihood(y, x, effects)
    ends = [_ascend(likelihood, start) for start in starts]
    fit, gradient = likelihood.at(max(ends, key=lambda end: end[1])[0])
    shares = fit.ratios / (1 + fit.ratios)
    slope = gradient * (1 + fit.ratios) ** 2
    slope = np.where(shares <= 0, np.maximum(slope, 0), slope)
    failure = "the residual variance is estimated as zero" if shares.max() >= MAX_SHARE else ""
    if not failure and np.abs(slope).max() > FLAT:
        failure = "the search did not end at a maximum"
    return Reml(fit.estimate, fit.covariance, fit.scale, fit.ratios, fit.log_likelihood, failure)


def _ascend(likelihood: RestrictedLikelihood, start: float) -> tuple[np.ndarray, float]:
    """Return the ratios where a search from ``start`` ended, and the log-likelihood there."""

    def negative(shares: np.ndarray) -> tuple[float, np.ndarray]:
        fit, gradient = likelihood.at(shares / (1 - shares))
        return -fit.log_likelihood, -gradient / (1 - shares) ** 2

    n = len(likelihood.sizes)
    options = {"ftol": 1e-13, "gtol": 1e-5}
    end = optimize.minimize(
        negative, np.full(n, start), jac=True, method="L-BFGS-B", bounds=[(0, MAX_SHARE)] * n, options=options
    )
    return end.x / (1 - end.x), -float(end.fun)


def indicators(*members: np.ndarray) -> list[np.ndarray]:
    """Return for each ``members [rows]`` the matrix ``[rows, levels]`` of ones where a row has the level.

    Their sum is the matrix of one effect that a task has at both ends of its pairs.
    """
    levels = np.unique(np.concatenate(members))
    return [(member[:, None] == levels).astype(float) for member in members]
