"""Macro F1."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import f1_score

from harness.api import Metric


class MacroF1(Metric):
    r"""Mean over all classes of :math:`F_1 = 2 TP / (2 TP + FP + FN)` (Opitz and Burst 2019, "averaged F1").

    The mean is over every class of the task. A class that no clip has and that is never predicted counts 0
    (``zero_division=0``), so that a task's score is on one scale in every fold. A binary task has two
    classes, both of which count. For multilabel tasks ``targets`` and ``predictions`` are ``[clips,
    classes]``.
    """

    def __call__(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> float:
        return float(self.per_class(targets, predictions, probabilities, n_classes).mean())

    def per_class(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> np.ndarray:
        """Return F1 of each class, ``[classes]``; 0 for a class that is neither there nor predicted."""
        labels = range(n_classes or 0)
        truth, guess = np.asarray(targets).astype(int), np.asarray(predictions).astype(int)
        return np.asarray(f1_score(truth, guess, labels=list(labels), average=None, zero_division=0))
