"""What effect so many tasks could have found."""

from __future__ import annotations

import numpy as np
from scipy import stats

#: The chance that an effect is found where there is one.
POWER = 0.8


def detectable_correlation(n_tasks: int, confidence: float = 0.95, power: float = POWER) -> float:
    """Return the smallest correlation of a task's value with its mean gain that ``n_tasks`` find with this power.

    ``tanh((z₁ + z₂) / √(n_tasks - 3))``, with ``z₁`` the normal quantile of ``(1 + confidence) / 2`` and
    ``z₂`` of ``power``: Fisher's transformation, two-sided test. NaN for three tasks or fewer.
    """
    if n_tasks <= 3:
        return float("nan")
    needed = stats.norm.ppf((1 + confidence) / 2) + stats.norm.ppf(power)
    return float(np.tanh(needed / np.sqrt(n_tasks - 3)))
