"""Gammatone filters on the ERB scale: centre frequencies and frequency responses, in numpy."""

from __future__ import annotations

import numpy as np

# Glasberg and Moore 1990: ERB(f) = f / 9.26449 + 24.7 Hz.
_EAR_Q = 9.26449
_MIN_BANDWIDTH_HZ = 24.7


def erb_frequencies(f_min: float, f_max: float, n: int) -> np.ndarray:
    """Return ``n`` centre frequencies, Hz, lowest first, evenly spaced on the ERB scale; ``f_max`` is above the last.

    Slaney 1993, Apple Technical Report 35, pages 33–34.
    """
    corner = _EAR_Q * _MIN_BANDWIDTH_HZ
    fraction = np.arange(n, 0, -1) / n
    return np.asarray((f_max + corner) * ((f_min + corner) / (f_max + corner)) ** fraction - corner)


def decay_rates(centres: np.ndarray, width: float = 1.0) -> np.ndarray:
    """Return :math:`B = 2 π · 1.019 · width · ERB(f)` of each filter, radians a second, ``[filters]``."""
    return np.asarray(2 * np.pi * 1.019 * width * (centres / _EAR_Q + _MIN_BANDWIDTH_HZ))


def responses(centres: np.ndarray, omega: np.ndarray, sample_rate: int, width: float = 1.0) -> np.ndarray:
    r"""Return the frequency responses ``[filters, frequencies]``, complex, gain 1 at the centre.

    Four second-order sections with one double pole pair :math:`e^{-BT ± iθ}`, :math:`θ = 2π f T`, and the zeros
    :math:`e^{-BT} (\cos θ ± \sqrt{3 ± 2^{3/2}} \sin θ)`: the impulse-invariant form of
    :math:`t^3 e^{-Bt} \cos 2π f t` (Slaney 1993, Apple Technical Report 35). ``omega`` is in radians a sample.
    """
    theta = (2 * np.pi * centres / sample_rate)[:, None]
    radius = np.exp(-decay_rates(centres, width) / sample_rate)[:, None]
    raw = _sections(np.exp(-1j * omega)[None], theta, radius)
    return np.asarray(raw / np.abs(_sections(np.exp(-1j * theta), theta, radius)))


def _sections(delay: np.ndarray, theta: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Return the product of the four sections at ``delay`` :math:`= z^{-1}`."""
    pole_pair = 1 - 2 * radius * np.cos(theta) * delay + radius**2 * delay**2
    result = 1 / np.square(np.square(pole_pair))
    for root in (np.sqrt(3 + 2**1.5), -np.sqrt(3 + 2**1.5), np.sqrt(3 - 2**1.5), -np.sqrt(3 - 2**1.5)):
        result = result * (1 - radius * (np.cos(theta) + root * np.sin(theta)) * delay)
    return np.asarray(result)
