"""The sound of ``synthetic``: a chord of partials whose levels are the latent factors."""

from __future__ import annotations

import numpy as np

LOWEST_HZ, HIGHEST_HZ = 150.0, 3600.0
#: Level of a partial for a factor of 1, dB. Factors are cut off at ±3, so that the chord never drowns in one partial.
STEP_DB = 6.0
LARGEST = 3.0
DETUNE = 0.02
ATTACK_S = (0.005, 0.05)
DECAY_S = (0.2, 1.0)


def partials_hz(n: int) -> np.ndarray:
    """Return ``n`` frequencies, Hz, equally spaced in mel (2595 · log10(1 + f / 700); O'Shaughnessy 1987)."""
    low, high = 2595 * np.log10(1 + np.array([LOWEST_HZ, HIGHEST_HZ]) / 700)
    return 700 * (10 ** (np.linspace(low, high, n) / 2595) - 1)


def chord(
    factors: np.ndarray, *, length_s: float, sample_rate: int, random: np.random.RandomState
) -> np.ndarray:
    """Return a mono sound, float64 ``[samples]``: partial ``k`` at ``6 · factors[k]`` dB.

    Drawn from ``random``: detuning (2 %) and phase of each partial, attack and decay of the whole.
    """
    n = len(factors)
    seconds = np.arange(round(length_s * sample_rate)) / sample_rate
    hz = partials_hz(n) * (1 + random.uniform(-DETUNE, DETUNE, n))
    amplitudes = 10 ** (STEP_DB * np.clip(factors, -LARGEST, LARGEST) / 20)
    phases = random.uniform(0, 2 * np.pi, n)
    tones = np.sin(2 * np.pi * hz[:, None] * seconds + phases[:, None])
    attack, decay = random.uniform(*ATTACK_S), random.uniform(*DECAY_S)
    envelope = np.minimum(1, seconds / attack) * np.exp(-seconds / decay)
    sound: np.ndarray = envelope * (amplitudes @ tones)
    return sound
