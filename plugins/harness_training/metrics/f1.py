"""Macro F1."""

from __future__ import annotations

import numpy as np

from harness.api import Metric


class MacroF1(Metric):
    r"""Mean over all classes of :math:`F_1 = 2 TP / (2 TP + FP + FN)` (Opitz and Burst 2019, "averaged F1").

    The mean is over every class of the task. A class that no clip has and that is never predicted counts 0
    (``zero_division=0``), so that a task's score is on one scale in every fold. A binary task has two
    classes, both of which count. For multilabel tasks ``targets`` and ``predictions`` are ``[clips,
    classes]``.

    The values are those of ``sklearn.metrics.f1_score``, which takes forty times as long for the few clips of a point
    on a curve.
    """

    def __call__(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> float:
        return float(self.per_class(targets, predictions, probabilities, n_classes).mean())

    def per_class(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> np.ndarray:
        """Return F1 of each class, ``[classes]``; 0 for a class that is neither there nor predicted."""
        truth, guess = np.asarray(targets).astype(int), np.asarray(predictions).astype(int)
        if truth.ndim == 2:
            both, sizes = (truth * guess).sum(0), truth.sum(0) + guess.sum(0)
        else:
            k = n_classes or 0
            both, sizes = _counts(truth[truth == guess], k), _counts(truth, k) + _counts(guess, k)
        return np.asarray(2.0 * both / np.maximum(sizes, 1))


def _counts(classes: np.ndarray, n_classes: int) -> np.ndarray:
    """Return how often each class occurs, ``[n_classes]``; a missing label (-1) is none of them."""
    return np.bincount(classes[classes >= 0], minlength=n_classes)[:n_classes]
