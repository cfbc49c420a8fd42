"""The blocks of ``cnn`` or ``dnn``, from which every architecture is put together."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from harness.api import conv_block, conv_channels, conv_sizes, dense_block
from harness_architectures.parameters import BaseParameters, GateInput

#: What ``null`` means in the study file, as ``cnn`` and ``dnn`` have it.
DEPTH, WIDTH, DROPOUT = {"cnn": 4, "dnn": 2}, {"cnn": 16, "dnn": 128}, {"cnn": 0.1, "dnn": 0.2}


class Base:
    """The base of an architecture: how many blocks there are, of which sizes, and how to make them.

    ``widths[i]`` are the channels (or units) that block i gives, ``shapes[i]`` the shape of a sample that enters block
    i; ``shapes[depth]`` is what leaves the last. A depth that does not fit the feature is a ``TrainingError``.
    """

    def __init__(self, parameters: BaseParameters, input_shape: tuple[int, int, int]) -> None:
        self.parameters, self.is_cnn = parameters, parameters.base == "cnn"
        self.depth = parameters.depth or DEPTH[parameters.base]
        self.dropout = DROPOUT[parameters.base] if parameters.dropout is None else parameters.dropout
        width = parameters.width or WIDTH[parameters.base]
        growth = parameters.growth or "linear" if self.is_cnn else "none"
        self.widths = conv_channels(width, self.depth, growth)
        self.input_shape = input_shape
        self.shapes = self._pictures() if self.is_cnn else self._vectors()

    @property
    def width(self) -> int:
        """The width of the embedding that the last block gives."""
        return self.widths[-1]

    def block(self, index: int) -> nn.Sequential:
        """Return a fresh block number ``index`` (from 0)."""
        inputs, outputs = self.shapes[index][0], self.widths[index]
        if not self.is_cnn:
            return dense_block(inputs, outputs, norm=self.parameters.norm, dropout=self.dropout)
        bins, frames = self.shapes[index][1:]
        pool = self.parameters.pool or "max"
        return conv_block(
            inputs, outputs, (bins, frames), norm=self.parameters.norm, pool=pool, dropout=self.dropout
        )

    def segment(self, start: int = 0, stop: int | None = None) -> Segment:
        """Return fresh blocks ``start`` to ``stop``; all of them are a trunk."""
        return Segment(self, start, self.depth if stop is None else stop)

    def prepare(self, x: Tensor) -> Tensor:
        """Return what the first block takes, from a feature ``[batch, channels, bins, frames]``."""
        return x.to(memory_format=torch.channels_last) if self.is_cnn else x.flatten(1)

    def readout(self, h: Tensor) -> Tensor:
        """Return an embedding ``[batch, channels]`` of a block's output: pictures are pooled."""
        if h.dim() == 2:
            return h
        return h.amax(dim=(2, 3)) if self.parameters.global_pool == "max" else h.mean(dim=(2, 3))

    def gate_width(self, index: int, view: GateInput) -> int:
        """Return how many values :func:`gate_view` has at the entry of block ``index``; the feature's at the first."""
        shape = self.shapes[index] if index else self.input_shape
        return math.prod(shape[:-1] if view == "mean" and len(shape) == 3 else shape)

    def _pictures(self) -> list[tuple[int, ...]]:
        sizes = conv_sizes(self.input_shape, self.depth)
        sizes.append((-(-sizes[-1][0] // 2), -(-sizes[-1][1] // 2)))
        return [(c, *size) for c, size in zip([self.input_shape[0], *self.widths], sizes, strict=True)]

    def _vectors(self) -> list[tuple[int, ...]]:
        return [(units,) for units in (math.prod(self.input_shape), *self.widths)]


class Segment(nn.Module):
    """Blocks that follow each other, from the feature if they are the first, to an embedding if the last."""

    def __init__(self, base: Base, start: int, stop: int) -> None:
        super().__init__()
        self.base, self.first, self.last = base, start == 0, stop == base.depth
        self.blocks = nn.ModuleList(base.block(index) for index in range(start, stop))

    def forward(self, h: Tensor) -> Tensor:
        """Return the last block's output of a feature, or of an earlier block's output."""
        h = self.base.prepare(h) if self.first else h
        for block in self.blocks:
            h = block(h)
        return self.base.readout(h) if self.last else h


def gate_view(h: Tensor, view: GateInput) -> Tensor:
    """Return what a gate sees of a picture or vector, ``[batch, values]``."""
    return (h.mean(-1) if view == "mean" and h.dim() == 4 else h).flatten(1)
