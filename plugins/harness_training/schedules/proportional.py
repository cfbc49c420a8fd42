"""One task a step, drawn by the size of its training part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

import numpy as np

from harness.api import Draw, Parameters, Schedule, derive_seed
from harness_training.schedules._stream import SampleStream

#: Steps whose draws are chosen by one generator, so that any step is found quickly.
BLOCK = 1024


class Proportional(Schedule):
    r"""Each step has one draw, chosen with probability :math:`p_i = n_i / \sum_j n_j` (Sanh et al. 2019).

    Which draw comes when depends on the seed and on all draws; which samples of a draw come next only on that
    draw.
    """

    def __init__(self, parameters: Parameters, draws: tuple[Draw, ...], batch_size: int, seed: int) -> None:
        super().__init__(parameters, draws, batch_size, seed)
        self.streams = [SampleStream(draw, batch_size, seed) for draw in draws]
        sizes = np.array([draw.n for draw in draws], dtype=float)
        self.shares = sizes / sizes.sum()

    def steps(self, start: int = 0) -> Iterator[Mapping[int, np.ndarray]]:
        used = np.zeros(len(self.draws), dtype=int)
        first = start // BLOCK
        for block in range(first):
            used += np.bincount(self._choices(block), minlength=len(used))
        for block in count(first):
            for k, i in enumerate(self._choices(block).tolist(), start=block * BLOCK):
                if k >= start:
                    yield {i: self.streams[i].batch(int(used[i]))}
                used[i] += 1

    def _choices(self, block: int) -> np.ndarray:
        rng = np.random.default_rng(derive_seed(self.seed, "proportional", block))
        return rng.choice(len(self.draws), size=BLOCK, p=self.shares)
