"""Every step has a batch of every task, its classes equally likely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

import numpy as np

from harness.api import DataError, Draw, Parameters, Schedule, derive_seed
from harness_training.schedules._stream import SampleStream


class ClassStream:
    """Batches of one draw: a class that occurs, each as likely, then a sample of it, with replacement."""

    def __init__(self, draw: Draw, batch_size: int, seed: int) -> None:
        if draw.labels is None or len(draw.labels) != draw.n or draw.n < 1:
            found = "none" if draw.labels is None else len(draw.labels)
            raise DataError(
                f"task {draw.name!r} needs a class for each of its {draw.n} training clips, found {found}"
            )
        self.draw, self.batch_size, self.seed = draw, batch_size, seed
        self.by_class = np.argsort(draw.labels, kind="stable")
        _, self.starts, self.counts = np.unique(
            draw.labels[self.by_class], return_index=True, return_counts=True
        )

    def batch(self, k: int) -> np.ndarray:
        """Return the positions of batch ``k``, ``[batch_size]`` int64 in 0..n-1."""
        rng = np.random.default_rng(derive_seed(self.seed, self.draw.name, "balanced", k))
        classes = rng.integers(len(self.counts), size=self.batch_size)
        return self.by_class[self.starts[classes] + rng.integers(self.counts[classes])]


class Balanced(Schedule):
    """Step ``k`` has ``batch_size`` samples of every draw, its classes equally likely, with replacement.

    A draw without classes (regression, multilabel) has nothing to balance: its samples come as in ``mixed``.
    """

    every_draw = True

    def __init__(self, parameters: Parameters, draws: tuple[Draw, ...], batch_size: int, seed: int) -> None:
        super().__init__(parameters, draws, batch_size, seed)
        self.streams = [
            SampleStream(draw, batch_size, seed)
            if draw.labels is None
            else ClassStream(draw, batch_size, seed)
            for draw in draws
        ]

    def steps(self, start: int = 0) -> Iterator[Mapping[int, np.ndarray]]:
        for k in count(start):
            yield {i: stream.batch(k) for i, stream in enumerate(self.streams)}
