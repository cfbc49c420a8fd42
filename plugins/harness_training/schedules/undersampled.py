"""Every step has a batch of every task, and an epoch has as many samples of every class as the rarest has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import count

import numpy as np

from harness.api import DataError, Draw, Parameters, Schedule, derive_seed
from harness_training.schedules._stream import SampleStream


class UnderStream:
    """Batches of one draw, cut from balanced epochs laid end to end; batch ``k`` is found without the ones before.

    Epoch ``e`` has ``m`` samples of each class that occurs, ``m`` the number of the rarest, drawn anew without
    replacement and shuffled, seeded by (seed, name of the draw, "undersampled", e). A batch is always ``batch_size``
    long: it runs over the end of an epoch into the next one.
    """

    def __init__(self, draw: Draw, batch_size: int, seed: int) -> None:
        if draw.labels is None or len(draw.labels) != draw.n or draw.n < 1:
            found = "none" if draw.labels is None else len(draw.labels)
            raise DataError(
                f"task {draw.name!r} needs a class for each of its {draw.n} training clips, found {found}"
            )
        self.draw, self.batch_size, self.seed = draw, batch_size, seed
        self.classes = [np.flatnonzero(draw.labels == label) for label in np.unique(draw.labels)]
        self.each = min(len(positions) for positions in self.classes)
        self._epoch = lru_cache(maxsize=2)(self._drawn)

    @property
    def n(self) -> int:
        """Samples of an epoch."""
        return self.each * len(self.classes)

    def batch(self, k: int) -> np.ndarray:
        """Return the positions of batch ``k``, ``[batch_size]`` int64 in 0..n-1 of the draw."""
        n, first = self.n, k * self.batch_size
        last = first + self.batch_size
        epochs = range(first // n, (last - 1) // n + 1)
        return np.concatenate([self._epoch(e)[max(0, first - e * n) : last - e * n] for e in epochs])

    def _drawn(self, epoch: int) -> np.ndarray:
        rng = np.random.default_rng(derive_seed(self.seed, self.draw.name, "undersampled", epoch))
        some = [rng.choice(positions, self.each, replace=False) for positions in self.classes]
        return rng.permutation(np.concatenate(some))


class Undersampled(Schedule):
    """Step ``k`` has ``batch_size`` samples of every draw, from epochs in which the frequent classes are cut down.

    A task's budget of steps stays that of its whole training part, so it sees more of these smaller epochs. A draw
    without classes (regression, multilabel) has nothing to balance: its samples come as in ``mixed``.
    """

    every_draw = True

    def __init__(self, parameters: Parameters, draws: tuple[Draw, ...], batch_size: int, seed: int) -> None:
        super().__init__(parameters, draws, batch_size, seed)
        self.streams = [
            SampleStream(draw, batch_size, seed)
            if draw.labels is None
            else UnderStream(draw, batch_size, seed)
            for draw in draws
        ]

    def steps(self, start: int = 0) -> Iterator[Mapping[int, np.ndarray]]:
        for k in count(start):
            yield {i: stream.batch(k) for i, stream in enumerate(self.streams)}
