"""Accuracy and balanced accuracy."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import recall_score

from harness.api import Metric


class Accuracy(Metric):
    """Share of clips whose class is right (``sklearn.metrics.accuracy_score``, which takes a hundred times as long for
    the few clips of a point on a curve).
    """

    def __call__(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> float:
        return float(np.mean(np.asarray(targets).astype(int) == np.asarray(predictions).astype(int)))


class BalancedAccuracy(Metric):
    """Mean recall of the classes that the clips have (Brodersen et al. 2010; ``balanced_accuracy_score``).

    The recall of a class that no clip has is not defined: it is NaN by class, and not in the mean.
    """

    def __call__(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> float:
        return float(np.nanmean(self.per_class(targets, predictions, probabilities, n_classes)))

    def per_class(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> np.ndarray:
        """Return the recall of each class, ``[classes]``."""
        truth, guess = np.asarray(targets).astype(int), np.asarray(predictions).astype(int)
        labels = list(range(n_classes or 0))
        return np.asarray(recall_score(truth, guess, labels=labels, average=None, zero_division=np.nan))
