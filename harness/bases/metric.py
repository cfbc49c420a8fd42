"""Metrics: from targets, predictions and probabilities to a number."""

from __future__ import annotations

import numpy as np

from harness.records import Parameters


class Metric:
    """Base of metrics. Arrays are numpy: ``targets`` and ``predictions`` as :class:`harness.api.Loss` shapes them,
    ``probabilities [clips, classes]`` (regression: ``[clips, 1]``), one row a clip.
    """

    def __init__(self, parameters: Parameters | None = None) -> None:
        self.parameters = parameters

    def __call__(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> float:
        """Return the metric of the whole task; NaN where it is not defined (say, one class present for AUROC)."""
        raise NotImplementedError

    def per_class(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> np.ndarray | None:
        """Return the metric of each class, ``[classes]``, or ``None`` where that makes no sense."""
        return None
