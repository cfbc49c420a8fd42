"""Intervals for gains of tasks that were never seen: hierarchical jackknife+, a task being the unit.

The gains of one task go together, so tasks are exchanged, not pairs. For every known task ``i`` a model is fitted to
the pairs that it is not in; ``r`` are the residuals of its ``N_i`` pairs. A new pair with the features ``x`` gets

    [ Q⁻ { μ₋ᵢ(x) − |r| } , Q⁺ { μ₋ᵢ(x) + |r| } ],

quantiles at ``1 − confidence`` and ``confidence`` in which each residual weighs ``1 / ((T + 1) N_i)`` and infinity
``1 / (T + 1)``, with ``T`` tasks (Lee, Barber and Willett 2023, "Distribution-free inference with hierarchical data";
Barber, Candès, Ramdas and Tibshirani 2021, "Predictive inference with the jackknife+"). If tasks are exchangeable, the
interval holds the gain of a random pair of a new task with probability at least ``2 · confidence − 1`` whatever the
model, and about ``confidence`` where the model is stable. It needs ``T ≥ confidence / (1 − confidence)`` tasks.
"""

from __future__ import annotations

import numpy as np


def interval(
    predicted: np.ndarray, residuals: np.ndarray, units: np.ndarray, confidence: float
) -> tuple[float, float]:
    """Return the interval of a new pair; infinite where there are too few tasks.

    ``predicted [n]`` are the new pair's predictions by the model that did not see the unit of residual ``n``,
    ``residuals [n]`` in any sign, ``units [n]`` the task that each belongs to.
    """
    names, at, counts = np.unique(units, return_inverse=True, return_counts=True)
    weights = 1.0 / ((len(names) + 1) * counts[at])
    size = np.abs(residuals)
    high = _quantile(predicted + size, weights, confidence)
    return -_quantile(size - predicted, weights, confidence), high


def tasks_needed(confidence: float) -> int:
    """Return how many tasks an interval of this confidence needs to be finite."""
    return int(np.ceil(confidence / (1 - confidence) - 1e-9))


def _quantile(values: np.ndarray, weights: np.ndarray, share: float) -> float:
    """Return the smallest value with at least ``share`` of the weight at or below it; the rest is at infinity."""
    order = np.argsort(values)
    reached = np.flatnonzero(np.cumsum(weights[order]) >= share - 1e-12)
    return float(values[order[reached[0]]]) if len(reached) else float("inf")
