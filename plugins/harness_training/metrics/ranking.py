"""Metrics of the order that probabilities put clips in, one class against the rest."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from harness.api import Metric


class AUROC(Metric):
    """Area under the ROC curve; for several classes the mean of one-vs-rest (``roc_auc_score``, macro,
    "ovr").

    A class that all of the clips have, or none, has no area: it is NaN by class and not in the mean; where no
    class is left the metric is NaN.
    """

    def __call__(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> float:
        return _mean(self.per_class(targets, predictions, probabilities, n_classes))

    def per_class(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> np.ndarray:
        """Return the area of each class against the rest, ``[classes]``; a binary task's two are equal."""
        return _one_vs_rest(roc_auc_score, targets, probabilities, n_classes)


class MeanAveragePrecision(Metric):
    """Mean over classes of the average precision (``average_precision_score``; mAP of AudioSet, Gemmeke et
    al. 2017).

    A class that no clip has, has no precision: it is NaN by class and not in the mean. A class that all clips
    have is left out as well: any order of the clips scores 1. Where no class is left the metric is NaN.
    """

    def __call__(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> float:
        return _mean(self.per_class(targets, predictions, probabilities, n_classes))

    def per_class(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> np.ndarray:
        """Return the average precision of each class, ``[classes]``."""
        return _one_vs_rest(average_precision_score, targets, probabilities, n_classes)


def _one_vs_rest(
    score: Callable[..., float], targets: np.ndarray, probabilities: np.ndarray, n_classes: int | None
) -> np.ndarray:
    """Return ``score`` of every class, ``[classes]``; NaN where a side is empty or a value is not finite."""
    truth = np.asarray(targets)
    if truth.ndim == 1:
        truth = truth[:, None] == np.arange(n_classes or 0)
    truth = truth.astype(int)
    return np.array(
        [_one(score, truth[:, k], probabilities[:, k]) for k in range(truth.shape[1])], dtype=float
    )


def _one(score: Callable[..., float], truth: np.ndarray, probability: np.ndarray) -> float:
    if truth.min(initial=1) == truth.max(initial=0) or not np.isfinite(probability).all():
        return float("nan")
    return float(score(truth, probability))


def _mean(values: np.ndarray) -> float:
    return float("nan") if np.isnan(values).all() else float(np.nanmean(values))
