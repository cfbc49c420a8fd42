"""What effect so many tasks could have found."""

from __future__ import annotations

import numpy as np
from scipy import optimize, stats

#: The chance that an effect is found where there is one.
POWER = 0.8


def detectable_correlation(n_tasks: int, confidence: float = 0.95, power: float = POWER) -> float:
    """Return the smallest correlation of a task's value with its mean gain that ``n_tasks`` find with this power.

    The ``r`` with ``artanh r + r / (2 (n - 1)) = artanh c + z / √(n - 3)``: Fisher's transformation with its
    bias, where ``c = t / √(n - 2 + t²)`` is the critical correlation of the two-sided t test with ``n - 2``
    degrees of freedom and ``z`` the normal quantile of ``power``. NaN for three tasks or fewer; for fewer
    than ten the power is a little higher.
    """
    if n_tasks <= 3:
        return float("nan")
    t = stats.t.ppf((1 + confidence) / 2, n_tasks - 2)
    needed = np.arcsinh(t / np.sqrt(n_tasks - 2)) + stats.norm.ppf(power) / np.sqrt(n_tasks - 3)
    excess = optimize.brentq(lambda z: z + np.tanh(z) / (2 * (n_tasks - 1)) - needed, 0, needed)
    return float(np.tanh(excess))
