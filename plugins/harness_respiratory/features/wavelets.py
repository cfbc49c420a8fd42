"""Analytic wavelets in the frequency domain, with peak 2, in numpy.

``ratio`` is frequency over the wavelet's peak frequency; with peak 2 the transform of a real tone of amplitude A has
magnitude A at the tone's frequency (the "bandpass" or L1 normalisation).
"""

from __future__ import annotations

import math

import numpy as np


def morse(ratio: np.ndarray, gamma: float, beta: float) -> np.ndarray:
    r"""Return the generalised Morse wavelet :math:`2 (eγ/β)^{β/γ} ω^β e^{-ω^γ}` at :math:`ω = ω_p · ratio`.

    Its peak is at :math:`ω_p = (β/γ)^{1/γ}`; 0 for ratios that are not positive. Lilly and Olhede 2009,
    doi:10.1109/TSP.2008.2007607 (section on the generalised Morse wavelets); Olhede and Walden 2002.
    """
    positive = ratio > 0
    safe = np.where(positive, ratio, 1.0)
    # With ω^γ = (β/γ) ratio^γ the logarithm of wavelet over peak is (β/γ) (γ log r + 1 - r^γ).
    rise = gamma * np.log(safe)
    logarithm = beta / gamma * (rise + 1 - np.exp(rise))
    return np.asarray(2 * np.exp(logarithm) * positive)


def morlet(ratio: np.ndarray, omega0: float) -> np.ndarray:
    r"""Return the analytic Morlet wavelet :math:`2 e^{-ω_0^2 (ratio - 1)^2 / 2}`, 0 for ratios not positive.

    The correction that makes its mean exactly 0 is :math:`e^{-ω_0^2/2}` of the peak (2e-8 at 6) and left out.
    Mallat 2009, A Wavelet Tour of Signal Processing, section 4.3.
    """
    return np.asarray(2 * np.exp(-0.5 * (omega0 * (ratio - 1)) ** 2) * (ratio > 0))


def morse_spread(gamma: float, beta: float) -> float:
    r"""Return the wavelet's duration in radians at its peak frequency, :math:`\sqrt{βγ}` (Lilly and Olhede 2009)."""
    return math.sqrt(beta * gamma)
