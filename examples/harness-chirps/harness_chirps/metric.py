"""Cohen's kappa."""

import numpy as np
from sklearn.metrics import cohen_kappa_score

from harness.api import Metric


class CohenKappa(Metric):
    """``(p_o - p_e) / (1 - p_e)``: observed agreement beyond that of chance. NaN where there is one class alone."""

    def __call__(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> float:
        if len(np.union1d(targets, predictions)) < 2:
            return float("nan")
        return float(cohen_kappa_score(targets, predictions))
