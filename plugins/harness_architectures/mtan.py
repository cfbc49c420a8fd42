"""Multi-task attention network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch
from torch import Tensor, nn

from harness.api import normalisation
from harness_architectures.architecture import Architecture
from harness_architectures.base import Base
from harness_architectures.parameters import MtanParameters


class Mtan(Architecture):
    r"""One shared network, and for each task an attention mask on the output of every block (Liu et al. 2019,
    "End-to-End Multi-Task Learning with Attention", https://arxiv.org/abs/1803.10704, section on the task specific
    attention module).

    .. math::
        \hat a_t^{(j)} = a_t^{(j)} \odot p^{(j)}, \qquad
        a_t^{(j)} = h_t^{(j)}\big(g_t^{(j)}([u^{(j)};\, f^{(j)}(\hat a_t^{(j-1)})])\big)

    where :math:`p^{(j)}` is the output of shared block j, g a 1×1 convolution with normalisation and ReLU, h one with
    normalisation and a sigmoid, and f, as the formula's indices say, is shared by the tasks. In the source
    :math:`u^{(j)}` and :math:`p^{(j)}` are the outputs of a block's first and last convolution and f is a 3×3
    convolution with normalisation, ReLU and pooling; the base's blocks have one convolution, so that here u = p (after
    pooling) and :math:`f^{(j)}` is a block like the base's block j. With ``base: dnn`` convolutions are linear layers.

    Input ``[batch, channels, bins, frames]``; embeddings ``[batch, width]``: the last attended output, pooled as the
    base pools; logits ``[batch, outputs]``. A single task is the same network with one task's masks.
    """

    def __init__(
        self, parameters: MtanParameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        base = Base(parameters, input_shape)
        blocks = nn.ModuleList(base.block(index) for index in range(base.depth))
        merges = nn.ModuleList(base.block(index) for index in range(1, base.depth))
        masks = [_masks(base) for _ in heads]
        super().__init__(
            heads, base.width, shared=nn.ModuleDict({"blocks": blocks, "merges": merges}), own=masks
        )
        self.base = base

    def embeddings(self, x: Tensor) -> list[Tensor]:
        """Return what each task attends to in the last block, ``[batch, width]``."""
        parts = cast(nn.ModuleDict, self.shared)
        blocks, merges = (cast(nn.ModuleList, parts[name]) for name in ("blocks", "merges"))
        p = self.base.prepare(x)
        attended: list[Tensor] = []
        for index, block in enumerate(blocks):
            p = block(p)
            seen = [torch.cat([p, merges[index - 1](a)], dim=1) for a in attended] or [p] * len(self.own)
            masks = (cast(nn.ModuleList, own)[index] for own in self.own)
            attended = [mask(u) * p for mask, u in zip(masks, seen, strict=True)]
        return [self.base.readout(a) for a in attended]


def _masks(base: Base) -> nn.ModuleList:
    return nn.ModuleList(
        attention(width * (2 if index else 1), width, base.parameters.norm, pictures=base.is_cnn)
        for index, width in enumerate(base.widths)
    )


def attention(inputs: int, channels: int, norm: str, *, pictures: bool) -> nn.Sequential:
    """Return g and h: ``[batch, inputs, …]`` → a mask ``[batch, channels, …]`` in (0, 1)."""
    return nn.Sequential(
        _pointwise(inputs, channels, norm, pictures),
        normalisation(norm, channels, dimensions=2 if pictures else 1),
        nn.ReLU(inplace=True),
        _pointwise(channels, channels, norm, pictures),
        normalisation(norm, channels, dimensions=2 if pictures else 1),
        nn.Sigmoid(),
    )


def _pointwise(inputs: int, outputs: int, norm: str, pictures: bool) -> nn.Module:
    bias = norm == "none"
    return nn.Conv2d(inputs, outputs, 1, bias=bias) if pictures else nn.Linear(inputs, outputs, bias=bias)
