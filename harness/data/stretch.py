"""Where a clip's audio lies: the part of a clip that a decoder needs, cheap to make and to send."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    from harness.records import Clip


class Stretch(NamedTuple):
    """A clip without identity, labels and groups; its fields have the names that they have in a clip."""

    path: str | None
    start_s: float | None
    end_s: float | None
    samples: np.ndarray | None
    sample_rate: int | None


def stretch_of(clip: Clip) -> Stretch:
    """Return the stretch of a clip."""
    path = None if clip.path is None else os.fspath(clip.path)
    return Stretch(path, clip.start_s, clip.end_s, clip.samples, clip.sample_rate)
