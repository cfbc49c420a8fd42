"""Dropout masks of many members, each drawn with the member's own generator as the loop draws it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from harness.bases.dropout import threshold


@dataclass(frozen=True)
class Wanted:
    """What a layer asks for: a member's ``shape`` in the order in which it is drawn, channels last."""

    shape: tuple[int, ...]
    rates: tuple[float, ...]
    dtype: torch.dtype


class Masks:
    """The masks of a forward pass: a generator a member, seeded anew for every step.

    The values are those of :func:`harness.bases.dropout.keep_mask` to the bit; only the raw draws are made
    member by member, the rest for all at once. :meth:`fix` gives the masks addresses that stay, and draws
    them when the step begins: so they are outside of a captured graph.
    """

    def __init__(self, members_n: int, device: torch.device) -> None:
        self.device = device
        self.generators = [torch.Generator(device) for _ in range(members_n)]
        self._constants = lru_cache(maxsize=None)(self._constants_of)
        self._wanted: list[Wanted] = []
        self._fixed: list[Tensor] | None = None
        self._taken = 0

    def begin(self, seeds: Sequence[int]) -> None:
        """Turn to the next step."""
        for generator, seed in zip(self.generators, seeds, strict=True):
            generator.manual_seed(seed)
        self._taken = 0
        for mask, wanted in zip(self._fixed or (), self._wanted, strict=self._fixed is not None):
            mask.copy_(self._draw(wanted))

    def take(self, shape: tuple[int, ...], rates: Sequence[float], dtype: torch.dtype) -> Tensor:
        """Return the masks of the next layer, ``[M, *shape]``. A member that drops nothing draws nothing."""
        self._taken += 1
        if self._fixed is not None:
            return self._fixed[self._taken - 1]
        if self._taken == 1:
            self._wanted = []
        self._wanted.append(Wanted(shape, tuple(rates), dtype))
        return self._draw(self._wanted[-1])

    def fix(self) -> None:
        """From the next step on, keep the masks of the layers that the last step had in tensors of their own."""
        self._fixed = [
            torch.empty(len(w.rates), *w.shape, dtype=w.dtype, device=self.device) for w in self._wanted
        ]

    def _draw(self, wanted: Wanted) -> Tensor:
        n = math.prod(wanted.shape)
        limits, scales = self._constants(wanted.rates)
        draws = torch.zeros(len(wanted.rates), -(-n // 4), dtype=torch.int64, device=self.device)
        for row, generator, rate in zip(draws, self.generators, wanted.rates, strict=True):
            if rate:
                row.random_(-(2**63), None, generator=generator)
        kept = draws.view(torch.int16)[:, :n] >= limits
        return kept.to(torch.float32).mul_(scales).view(-1, *wanted.shape).to(wanted.dtype)

    def _constants_of(self, rates: tuple[float, ...]) -> tuple[Tensor, Tensor]:
        limits = torch.tensor([[threshold(rate)] for rate in rates], dtype=torch.int16)
        scales = torch.tensor([[1 / (1 - rate)] for rate in rates], dtype=torch.float32)
        return limits.to(self.device), scales.to(self.device)
