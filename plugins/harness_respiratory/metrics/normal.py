"""Metrics of tasks with one normal class."""

from __future__ import annotations

import numpy as np

from harness.api import Metric
from harness_respiratory.metrics import scores
from harness_respiratory.metrics.parameters import NormalClassParameters


class NormalClassMetric(Metric):
    """A function of SE and SP, in [0, 1]. Class ``normal`` (by default the first) is the normal one.

    NaN where there is no normal clip or none of another class, unless the metric does not need it.
    """

    def __init__(self, parameters: NormalClassParameters) -> None:
        super().__init__(parameters)
        self.normal = parameters.normal

    def __call__(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> float:
        return self.score(*scores.sensitivity_specificity(targets, predictions, self.normal))

    def score(self, sensitivity: float, specificity: float) -> float:
        """Return the metric of both rates."""
        raise NotImplementedError


class Sensitivity(NormalClassMetric):
    """SE: the share of the clips of all classes but the normal one that are given their very class."""

    def score(self, sensitivity: float, specificity: float) -> float:
        return sensitivity


class Specificity(NormalClassMetric):
    """SP: the share of the normal clips that are found normal."""

    def score(self, sensitivity: float, specificity: float) -> float:
        return specificity


class AverageScore(NormalClassMetric):
    """AS = (SE + SP) / 2."""

    def score(self, sensitivity: float, specificity: float) -> float:
        return scores.average_score(sensitivity, specificity)


class HarmonicScore(NormalClassMetric):
    """HS = 2 · SE · SP / (SE + SP); 0 where both are 0."""

    def score(self, sensitivity: float, specificity: float) -> float:
        return scores.harmonic_score(sensitivity, specificity)


class RespiratoryScore(NormalClassMetric):
    """Score = (AS + HS) / 2."""

    def score(self, sensitivity: float, specificity: float) -> float:
        return scores.respiratory_score(sensitivity, specificity)
