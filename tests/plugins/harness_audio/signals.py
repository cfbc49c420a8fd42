"""Waveforms for the tests of features."""

from __future__ import annotations

import numpy as np


def noise_and_tones(sample_rate: int, seconds: float, batch: int = 3) -> np.ndarray:
    """Return ``[batch, samples]`` float32: a rising tone over noise, of other loudness for every clip."""
    time = np.arange(round(sample_rate * seconds)) / sample_rate
    rng = np.random.default_rng(0)
    clips = [
        (0.3 * np.sin(2 * np.pi * (200 + 300 * i * time) * time) + 0.05 * rng.standard_normal(time.size))
        / (i + 1)
        for i in range(batch)
    ]
    return np.stack(clips).astype(np.float32)
