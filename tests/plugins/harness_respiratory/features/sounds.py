"""Waveforms for the tests of features."""

from __future__ import annotations

import numpy as np


def wheezes(sample_rate: int = 4000, seconds: float = 2.0, batch: int = 2) -> np.ndarray:
    """Return ``[batch, samples]`` float32: rising tones with decaying clicks over noise."""
    time = np.arange(round(sample_rate * seconds)) / sample_rate
    rng = np.random.default_rng(0)
    clips = []
    for i in range(batch):
        tone = 0.3 * np.sin(2 * np.pi * (150 * (i + 1) + 80 * time) * time)
        click = np.exp(-40 * (time % 0.5)) * np.sin(2 * np.pi * 600 * time)
        clips.append(tone + 0.2 * click + 0.02 * rng.standard_normal(time.size))
    return np.stack(clips).astype(np.float32)
