"""Coughs, made of bursts of noise between silences."""

from __future__ import annotations

import numpy as np

RATE = 8000


def coughs(seconds: float = 2.0, rate: int = RATE) -> np.ndarray:
    """Return ``[3, samples]`` float32: bursts at other times in each row, over a very quiet noise."""
    n = round(seconds * rate)
    rng = np.random.default_rng(0)
    noise, time = rng.standard_normal((3, n)), np.arange(n) / rate
    bursts = np.stack([(np.sin(2 * np.pi * (0.8 + 0.5 * row) * time + row) > 0.2) for row in range(3)])
    return (np.where(bursts, 0.2, 1e-6) * noise).astype(np.float32)
