r"""The scores of SPRSound and of Ngo et al. 2023, as functions.

.. math:: SE = \frac{\sum_{c \neq N} \text{correct}_c}{\sum_{c \neq N} n_c}, \quad
          SP = \frac{\text{correct}_N}{n_N}, \quad AS = \frac{SE + SP}{2}, \quad
          HS = \frac{2 \, SE \, SP}{SE + SP}, \quad Score = \frac{AS + HS}{2}

Correct is the very class, not merely one that is not normal. Zhang et al. 2022, "Grand Challenge on Respiratory
Sound Classification", BioCAS, section on evaluation metrics; Ngo et al. 2023, section on
metrics. A rate without samples is not defined: it is NaN, and so is each score made of it.
"""

from __future__ import annotations

import numpy as np


def sensitivity_specificity(
    targets: np.ndarray, predictions: np.ndarray, normal: int = 0
) -> tuple[float, float]:
    """Return SE and SP, in [0, 1], of ``targets [clips]`` and ``predictions [clips]``; NaN for one without clips.

    A target below 0 is a missing label and does not count.
    """
    truth, guess = np.asarray(targets).astype(int), np.asarray(predictions).astype(int)
    known = truth >= 0
    right, is_normal = truth == guess, truth == normal
    return _share(right[known & ~is_normal]), _share(right[known & is_normal])


def average_score(sensitivity: float, specificity: float) -> float:
    """Return AS, the mean of both."""
    return (sensitivity + specificity) / 2


def harmonic_score(sensitivity: float, specificity: float) -> float:
    """Return HS, the harmonic mean of both; 0, its limit, where both are 0."""
    if sensitivity == specificity == 0:
        return 0.0
    return 2 * sensitivity * specificity / (sensitivity + specificity)


def respiratory_score(sensitivity: float, specificity: float) -> float:
    """Return Score, the mean of AS and HS."""
    return average_score(average_score(sensitivity, specificity), harmonic_score(sensitivity, specificity))


def _share(right: np.ndarray) -> float:
    return float(right.mean()) if right.size else float("nan")
