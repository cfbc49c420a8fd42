"""Metrics of regression: rank correlation and root mean squared error."""

from __future__ import annotations

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import root_mean_squared_error

from harness.api import Metric


class Spearman(Metric):
    """Spearman's rank correlation of target and prediction (``scipy.stats.spearmanr``), ties averaged.

    It is the primary metric of regression, because the objective of a group is a mean over its tasks and
    gains are compared between tasks: like F1 it has no unit, more is better, and it is 0 at chance. An RMSE
    is none of these.

    Predictions that are all equal order nothing and score 0, as chance does. It is NaN where there are fewer
    than two clips, where the targets are all equal, or where a prediction is not finite.
    """

    def __call__(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> float:
        if len(targets) < 2 or np.ptp(targets) == 0 or not np.isfinite(predictions).all():
            return float("nan")
        if np.ptp(predictions) == 0:
            return 0.0
        return float(spearmanr(targets, predictions).statistic)


class RMSE(Metric):
    """Root of the mean squared error, in the target's unit; NaN where a prediction is not finite."""

    def __call__(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> float:
        if not len(targets) or not np.isfinite(predictions).all():
            return float("nan")
        return float(root_mean_squared_error(np.asarray(targets, float), np.asarray(predictions, float)))
