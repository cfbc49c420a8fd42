"""What is looked at in one clip; runs in worker processes, so that nothing heavy is imported."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import soundfile

from harness.data.decode import END_TOLERANCE_S, ClipDefect, decode
from harness.data.stretch import Stretch

#: A sample at least this loud is at full scale: 16-bit audio ends just below 1.
FULL_SCALE = 0.999
#: So many samples at full scale in a row are a peak that was cut off.
FLAT = 3


class ClipFacts(NamedTuple):
    """A usable clip; ``clipped`` samples lie in cut-off peaks, in the channel that has most of them."""

    content_hash: str
    duration_s: float
    sample_rate: int
    channels: int
    clipped: int


def inspect_clip(clip: Stretch, *, silence_db: float) -> ClipFacts | str:
    """Decode a clip as a study does and return what is seen; a defect is returned as text."""
    try:
        decoded = decode(clip, silence_db=silence_db)
    except ClipDefect as defect:
        return str(defect)
    channels = _channels(clip, decoded.samples)
    n, rate = len(decoded.samples), decoded.sample_rate
    return ClipFacts(
        decoded.content_hash, n / rate, rate, channels.shape[1], max(map(clipped_samples, channels.T))
    )


def clipped_samples(samples: np.ndarray) -> int:
    """Return how many samples lie in runs of at least three at full scale, of ``samples [samples]``."""
    loud = np.abs(samples) >= FULL_SCALE
    if not loud.any():
        return 0
    edges = np.flatnonzero(np.diff(loud.astype(np.int8), prepend=0, append=0))
    lengths = edges[1::2] - edges[::2]
    return int(lengths[lengths >= FLAT].sum())


def _channels(clip: Stretch, mono: np.ndarray) -> np.ndarray:
    """Return ``[samples, channels]``: the decoder mixes channels down, in which a cut-off peak is lost."""
    if clip.path is None:
        samples = np.asarray(clip.samples)
        return samples.reshape(len(samples), -1)
    with soundfile.SoundFile(clip.path) as file:
        if file.channels == 1:
            return mono[:, None]
        start = round((clip.start_s or 0.0) * file.samplerate)
        end_s = file.frames / file.samplerate + END_TOLERANCE_S if clip.end_s is None else clip.end_s
        file.seek(start)
        return file.read(
            min(file.frames, round(end_s * file.samplerate)) - start, dtype="float32", always_2d=True
        )
