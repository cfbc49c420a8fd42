"""The stream of samples of one draw: shuffled epochs, end to end."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from harness.api import DataError, Draw, derive_seed


class SampleStream:
    """Batches of one draw, cut from seeded permutations laid end to end; batch ``k`` is found without the
    ones before.

    Epoch ``e`` is a permutation seeded by (seed, name of the draw, "epoch", e). A batch is always
    ``batch_size`` long: it runs over the end of an epoch into the next one, and repeats samples where there
    are fewer than ``batch_size``.
    """

    def __init__(self, draw: Draw, batch_size: int, seed: int) -> None:
        if draw.n < 1:
            raise DataError(f"task {draw.name!r} has no clips in its training part")
        self.draw, self.batch_size, self.seed = draw, batch_size, seed
        self._epoch = lru_cache(maxsize=2)(self._permutation)

    def batch(self, k: int) -> np.ndarray:
        """Return the positions of batch ``k``, ``[batch_size]`` int64 in 0..n-1."""
        n, first = self.draw.n, k * self.batch_size
        last = first + self.batch_size
        epochs = range(first // n, (last - 1) // n + 1)
        return np.concatenate([self._epoch(e)[max(0, first - e * n) : last - e * n] for e in epochs])

    def _permutation(self, epoch: int) -> np.ndarray:
        rng = np.random.default_rng(derive_seed(self.seed, self.draw.name, "epoch", epoch))
        return rng.permutation(self.draw.n)
