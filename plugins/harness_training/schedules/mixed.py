"""Every step has a batch of every task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

import numpy as np

from harness.api import Draw, Parameters, Schedule
from harness_training.schedules._stream import SampleStream


class Mixed(Schedule):
    """Step ``k`` has batch ``k`` of every draw."""

    every_draw = True

    def __init__(self, parameters: Parameters, draws: tuple[Draw, ...], batch_size: int, seed: int) -> None:
        super().__init__(parameters, draws, batch_size, seed)
        self.streams = [SampleStream(draw, batch_size, seed) for draw in draws]

    def steps(self, start: int = 0) -> Iterator[Mapping[int, np.ndarray]]:
        for k in count(start):
            yield {i: stream.batch(k) for i, stream in enumerate(self.streams)}
