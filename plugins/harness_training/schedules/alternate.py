"""One task a step, in turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

import numpy as np

from harness.api import Draw, Parameters, Schedule
from harness_training.schedules._stream import SampleStream


class Alternate(Schedule):
    """Step ``k`` has batch ``⌊k / D⌋`` of draw ``k mod D``, of ``D`` draws."""

    def __init__(self, parameters: Parameters, draws: tuple[Draw, ...], batch_size: int, seed: int) -> None:
        super().__init__(parameters, draws, batch_size, seed)
        self.streams = [SampleStream(draw, batch_size, seed) for draw in draws]

    def steps(self, start: int = 0) -> Iterator[Mapping[int, np.ndarray]]:
        for k in count(start):
            batch, i = divmod(k, len(self.streams))
            yield {i: self.streams[i].batch(batch)}
