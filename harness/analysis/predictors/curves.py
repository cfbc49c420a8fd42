"""Statistics of one learning curve: gradients of a smoothed curve, and a logarithmic fit."""

from __future__ import annotations

import warnings

import numpy as np
from scipy import optimize, signal

#: Points of the even grid that a curve is put on, and the smoothing window in points (a fifth of the curve).
GRID, WINDOW = 101, 21
#: Rates ``c`` (times the last step) at which the fit may start, and between which it must end.
STARTS, RATES = (1.0, 10.0, 100.0, 1000.0), (1e-3, 1e6)


def gradients(step: np.ndarray, value: np.ndarray, at: tuple[int, ...]) -> np.ndarray:
    """Return the slope a step, ``[len(at)]``, of a curve at these percentages of its steps.

    The curve is interpolated on an even grid of 101 points and differentiated by a Savitzky-Golay filter
    (Savitzky and Golay 1964: local parabolas over a fifth of the curve). NaN where fewer than five points are
    finite.
    """
    return _filtered(step, value, derivative=1)[list(at)]


def smoothed(step: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Return the curve ``[101]`` on an even grid of its steps, smoothed as :func:`gradients` smooths it.

    NaN where fewer than five points are finite.
    """
    return _filtered(step, value, derivative=0)


def fall_share(smooth: np.ndarray, share: float) -> float:
    """Return after which share of its steps a smoothed curve has done ``share`` of its fall to its minimum.

    NaN for a curve that does not fall at all.
    """
    fall = float(smooth[0] - smooth.min())
    if not fall > 0:
        return float("nan")
    return float(np.argmax(smooth <= smooth[0] - share * fall)) / (len(smooth) - 1)


def log_fit(step: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Return ``a, b, c`` of ``value = a + b · ln(c · step + 1)`` by least squares; NaN where the fit fails.

    The curve of Bingel and Søgaard (2017), ``a + b · ln(c · x + d)``, has one parameter too many: ``c`` and
    ``d`` can be scaled together and ``a`` moved along. With ``d = 1`` the same family is identified: ``a`` is
    the value at step 0, ``b`` the steepness, ``c`` the rate a step. A fit whose rate runs off (to a straight
    line, to a pure logarithm) or whose covariance is infinite has failed.
    """
    failed = np.full(3, np.nan)
    step, value = _finite(step, value)
    if len(step) < 5 or np.ptp(value) == 0:
        return failed
    last = float(step[-1])
    x = step / last
    start = min((_linear_given_rate(x, value, rate) for rate in STARTS), key=lambda found: found[1])[0]
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", optimize.OptimizeWarning)
            (a, b, log_rate), covariance = optimize.curve_fit(_by_log_rate, x, value, p0=start, jac=_jacobian)
    except (RuntimeError, ValueError):
        return failed
    if not np.isfinite(covariance).all() or not np.log(RATES[0]) < log_rate < np.log(RATES[1]):
        return failed
    return np.array([a, b, np.exp(log_rate) / last])


def log_curve(x: np.ndarray, a: float, b: float, c: float) -> np.ndarray:
    """Return ``a + b · ln(c · x + 1)``."""
    return np.asarray(a + b * np.log1p(c * x))


def _filtered(step: np.ndarray, value: np.ndarray, derivative: int) -> np.ndarray:
    step, value = _finite(step, value)
    if len(step) < 5:
        return np.full(GRID, np.nan)
    grid = np.linspace(step[0], step[-1], GRID)
    even, delta = np.interp(grid, step, value), grid[1] - grid[0]
    return np.asarray(signal.savgol_filter(even, WINDOW, 2, deriv=derivative, delta=delta), dtype=float)


def _by_log_rate(x: np.ndarray, a: float, b: float, log_rate: float) -> np.ndarray:
    """The curve with a rate that stays positive."""
    return log_curve(x, a, b, np.exp(log_rate))


def _jacobian(x: np.ndarray, a: float, b: float, log_rate: float) -> np.ndarray:
    scaled = np.exp(log_rate) * x
    return np.column_stack([np.ones_like(x), np.log1p(scaled), b * scaled / (1 + scaled)])


def _linear_given_rate(x: np.ndarray, value: np.ndarray, rate: float) -> tuple[np.ndarray, float]:
    """Return the best ``a, b`` with this rate, its logarithm, and their squared error."""
    design = np.column_stack([np.ones_like(x), np.log1p(rate * x)])
    (a, b), *_ = np.linalg.lstsq(design, value, rcond=None)
    error = float(((value - design @ np.array([a, b])) ** 2).sum())
    return np.array([a, b, np.log(rate)]), error


def _finite(step: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    step, value = np.asarray(step, dtype=float), np.asarray(value, dtype=float)
    keep = np.isfinite(step) & np.isfinite(value)
    step, first = np.unique(step[keep], return_index=True)
    return step, value[keep][first]
