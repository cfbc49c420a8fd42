"""What is made of one clip, here or in a worker process; nothing heavy is imported, so that workers start quickly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from harness.data.decode import ClipDefect, Decoded, decode, resample
from harness.data.fit import Fit, fit_rows
from harness.data.stretch import Stretch


class Described(NamedTuple):
    """A decoded clip: the hash of its content, its rate (Hz), its ``samples [samples]``, and rows for features.

    ``rows`` has ``[rows, samples]`` float32 a fit that was asked for; ``None`` where they are ``samples`` themselves.
    ``samples`` is ``None`` where nobody needs them; ``length`` is how many there are.
    """

    content_hash: str
    rate: int
    samples: np.ndarray | None
    rows: tuple[np.ndarray | None, ...]
    length: int

    def row_block(self, fit: int) -> np.ndarray:
        """Return the rows, ``[rows, samples]``, of a fit by its place among those that were asked for."""
        block = self.rows[fit]
        if block is not None:
            return block
        assert self.samples is not None
        return self.samples[None]


def describe(
    clip: Stretch, *, fits: tuple[Fit, ...], with_samples: bool, silence_db: float
) -> Described | str:
    """Decode a clip once; resample and cut it for every fit. A defect is returned as text."""
    try:
        decoded = decode(clip, silence_db=silence_db)
    except ClipDefect as defect:
        return str(defect)
    rows = tuple(_rows(decoded, fit) for fit in fits)
    samples = decoded.samples if with_samples or any(block is None for block in rows) else None
    length = len(decoded.samples)
    return Described(decoded.content_hash, decoded.sample_rate, samples, rows, length)


def _rows(decoded: Decoded, fit: Fit) -> np.ndarray | None:
    samples = resample(decoded.samples, decoded.sample_rate, fit.sample_rate)
    rows = fit_rows(samples, fit)
    if samples is decoded.samples and rows.shape == (1, len(samples)):
        return None
    return np.ascontiguousarray(rows, dtype=np.float32)
