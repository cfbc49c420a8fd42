"""Dropout masks of many members, each drawn with the member's own generator as the loop draws it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from harness.bases.dropout import threshold


class Masks:
    """The masks of one forward pass: a generator a member, seeded anew for every step.

    The values are those of :func:`harness.bases.dropout.keep_mask` to the bit; only the raw draws are made
    member by member, the rest for all at once.
    """

    def __init__(self, members_n: int, device: torch.device) -> None:
        self.device = device
        self.generators = [torch.Generator(device) for _ in range(members_n)]

    def begin(self, seeds: Sequence[int]) -> None:
        """Seed the members' generators for a step."""
        for generator, seed in zip(self.generators, seeds, strict=True):
            generator.manual_seed(seed)

    def take(self, shape: tuple[int, ...], rates: Sequence[float], dtype: torch.dtype) -> Tensor:
        """Return the masks of the next layer, ``[M, *shape]``, for a member's ``shape`` in the order in which
        it is drawn (channels last). A member that drops nothing draws nothing.
        """
        n = math.prod(shape)
        draws = torch.zeros(len(rates), -(-n // 4), dtype=torch.int64, device=self.device)
        for row, generator, rate in zip(draws, self.generators, rates, strict=True):
            if rate:
                row.random_(-(2**63), None, generator=generator)
        limits = torch.tensor([[threshold(rate)] for rate in rates], dtype=torch.int16)
        scales = torch.tensor([[1 / (1 - rate)] for rate in rates], dtype=torch.float32)
        kept = draws.view(torch.int16)[:, :n] >= limits.to(self.device)
        return kept.to(torch.float32).mul_(scales.to(self.device)).view(-1, *shape).to(dtype)
