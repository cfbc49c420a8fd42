"""Inference on the difference between the gains of one pair in two studies: pure functions of arrays.

The runs of both studies may be *paired*: they tested the same clips in the same folds. What a fold's test clips and
training parts do to both gains then cancels in the differences of a fold and seed, and the corrected t of
:mod:`harness.analysis.corrected` (Nadeau and Bengio 2003, "Inference for the generalization error", Machine Learning
52, section 5) is taken of these differences, as it is of gains themselves.

Otherwise the two means are taken as independent, each with its own corrected variance ``v``: the difference has
variance ``v_a + v_b``, and t with Welch's degrees of freedom

    ``(v_a + v_b)² / (v_a² / (n_a - 1) + v_b² / (n_b - 1))``

(Welch 1947, "The generalization of 'Student's' problem when several different population variances are involved",
Biometrika 34). Without the correction this is Welch's test. Two studies of the same clips that were split differently
have means that go together, so that the interval is then rather too wide than too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from harness.analysis.corrected import CorrectedT, corrected_t

PAIRED, WELCH = "paired corrected t", "Welch on corrected variances"


@dataclass(frozen=True)
class TwoMeans:
    """The difference of two independent means, the second less the first."""

    mean: float
    se: float
    df: float

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the two-sided interval for the difference."""
        half = float(stats.t.ppf((1 + confidence) / 2, self.df)) * self.se
        return self.mean - half, self.mean + half

    @property
    def p(self) -> float:
        """Two-sided p of the hypothesis that the true means are equal."""
        return float(2 * stats.t.sf(abs(self.mean) / self.se, self.df))


def paired_difference(a: np.ndarray, b: np.ndarray, test_over_train: float) -> CorrectedT | None:
    """Return ``b - a`` of gains ``[folds × seeds]`` in the same order; ``None`` for one, or without variance."""
    return corrected_t(b - a, test_over_train)


def welch_difference(a: CorrectedT | None, b: CorrectedT | None) -> TwoMeans | None:
    """Return ``b - a`` of two means with their corrected errors; ``None`` where one has none."""
    if a is None or b is None:
        return None
    v_a, v_b = a.se**2, b.se**2
    df = (v_a + v_b) ** 2 / (v_a**2 / a.df + v_b**2 / b.df)
    return TwoMeans(b.mean - a.mean, float(np.sqrt(v_a + v_b)), float(df))
