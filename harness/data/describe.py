"""What a worker process makes of one clip, without importing torch or pandas: workers start quickly."""

from __future__ import annotations

from typing import Any

import numpy as np

from harness.data.audio_stats import clip_statistics
from harness.data.decode import ClipDefect, decode, resample
from harness.data.fit import fit_rows
from harness.records import Clip, FeatureParameters


def describe_clip(clip: Clip, *, silence_db: float) -> dict[str, Any] | str:
    """Decode a clip; return its ``content_hash`` and statistics, or a reason against it as text."""
    try:
        decoded = decode(clip, silence_db=silence_db)
    except ClipDefect as defect:
        return str(defect)
    return {"content_hash": decoded.content_hash} | clip_statistics(decoded.samples, decoded.sample_rate)


def clip_rows(job: tuple[Clip, str], *, parameters: FeatureParameters) -> np.ndarray | str:
    """Decode, resample and cut one clip to ``[rows, samples]`` float32, or return a reason as text.

    ``job`` is the clip and the content hash that it must have.
    """
    clip, content_hash = job
    try:
        decoded = decode(clip)
    except ClipDefect as defect:
        return str(defect)
    if decoded.content_hash != content_hash:
        return "its audio is not what it was"
    samples = resample(decoded.samples, decoded.sample_rate, parameters.sample_rate)
    return np.ascontiguousarray(fit_rows(samples, parameters), dtype=np.float32)
