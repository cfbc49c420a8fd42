"""Every clip of a data set, decoded: here, or in worker processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from harness.data import describe
from harness.data.describe import Described
from harness.data.fit import Fit
from harness.data.parallel import ordered_map
from harness.data.stretch import Stretch


def described(
    clips: Iterable[Stretch],
    *,
    n_clips: int,
    fits: tuple[Fit, ...],
    with_samples: bool,
    silence_db: float,
    workers: int,
) -> Iterator[Described | str]:
    """Yield what is made of every clip, in order, in ``workers`` processes; or a reason against it as text.

    Arrays are valid until the next clip is asked for (see :func:`~harness.data.parallel.ordered_map`).
    """
    function = partial(describe.describe, fits=fits, with_samples=with_samples, silence_db=silence_db)
    return ordered_map(function, clips, n_items=n_clips, workers=workers, crashed=_crashed, here=_in_memory)


def _crashed(clip: Stretch) -> str:
    return f"corrupt: {clip.path} ended the process that decoded it"


def _in_memory(clip: Stretch) -> bool:
    return clip.path is None
