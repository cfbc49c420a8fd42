"""Inference on differences of cross-validation that share training data: pure functions of arrays.

Training parts of different folds overlap, so the differences correlate and their naive variance is too small.
With ``n`` differences (folds times seeds) of sample variance ``s²``, the variance of their mean is taken as

    ``(1 / n + n_test / n_train) · s²``

(Nadeau and Bengio 2003, "Inference for the generalization error", Machine Learning 52, section 5), which is
exact in expectation when the differences are equicorrelated with ``n_test / (n_test + n_train)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import optimize, stats

#: Below this share of the differences' size, their spread is rounding.
NO_VARIANCE = 1e-12


@dataclass(frozen=True)
class CorrectedT:
    """The mean of ``n`` differences and its corrected standard error; t with ``n - 1`` degrees of freedom.

    The same location, scale and degrees of freedom describe the posterior of the mean in the Bayesian
    correlated t test with its matching prior (Benavoli, Corani, Demšar and Zaffalon 2017, JMLR 18(77)).
    """

    mean: float
    se: float
    n: int

    @property
    def df(self) -> int:
        """Degrees of freedom."""
        return self.n - 1

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the two-sided interval for the mean."""
        half = float(stats.t.ppf((1 + confidence) / 2, self.df)) * self.se
        return self.mean - half, self.mean + half

    @property
    def p(self) -> float:
        """Two-sided p of the hypothesis that the true mean is zero."""
        return float(2 * stats.t.sf(abs(self.mean) / self.se, self.df))

    def rope(self, rope: float) -> tuple[float, float, float]:
        """Return the posterior probabilities that the mean is below, inside and above ``[-rope, rope]``."""
        below = float(stats.t.cdf((-rope - self.mean) / self.se, self.df))
        above = float(stats.t.sf((rope - self.mean) / self.se, self.df))
        return below, max(0.0, 1.0 - below - above), above

    def detectable(self, confidence: float, power: float = 0.8) -> float:
        """Return the smallest true mean that the two-sided test at this confidence finds with this power.

        It is ``λ · se``, where ``λ`` solves ``P(|T| > t_crit) = power`` for ``T`` noncentral t with ``n - 1``
        degrees of freedom and noncentrality ``λ``.
        """
        return noncentrality(self.df, 1 - confidence, power) * self.se


def corrected_t(differences: np.ndarray, test_over_train: float) -> CorrectedT | None:
    """Return mean and corrected error of ``differences [n]``; ``None`` for one difference or no variance."""
    n = len(differences)
    if n < 2:
        return None
    spread = float(np.std(differences, ddof=1))
    if spread <= NO_VARIANCE * max(1.0, float(np.abs(differences).max())):
        return None
    return CorrectedT(float(np.mean(differences)), spread * float(np.sqrt(1 / n + test_over_train)), n)


@cache
def noncentrality(df: int, alpha: float, power: float) -> float:
    """Return the noncentrality at which a two-sided t test of level ``alpha`` has this power."""
    critical = float(stats.t.ppf(1 - alpha / 2, df))

    def missing(value: float) -> float:
        wrong_side = np.nan_to_num(stats.nct.cdf(-critical, df, value))  # scipy gives NaN where it vanishes
        return float(stats.nct.sf(critical, df, value) + wrong_side) - power

    return float(optimize.brentq(missing, 0.0, 2 * critical + 2))
