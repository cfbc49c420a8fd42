"""Layers of many members at once.

Values of a layer are *vectors* ``[M, batch, features]`` or *pictures* ``[batch, M·channels, bins, frames]``,
in which the channels of a member follow each other; what comes in is ``[M, batch, channels, bins, frames]``.
Convolutions of all members are one grouped convolution, linear layers one batched product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from harness.bases.norm import Segments
from harness.train.population.dropout import Masks
from harness.train.population.members import CannotStack


@dataclass(frozen=True)
class Pass:
    """One forward pass of ``members_n`` members: their stacked tensors by name, and what the layers must
    know of the batch. ``masks`` is ``None`` in evaluation.
    """

    values: Mapping[str, Tensor]
    members_n: int
    segments: Segments
    masks: Masks | None

    @property
    def training(self) -> bool:
        """Whether this is a step of the training."""
        return self.masks is not None


Layer = Callable[[Tensor, Pass], Tensor]


def pictures(x: Tensor) -> Tensor:
    """Return pictures, channels last, from the input ``[M, batch, channels, bins, frames]`` (or pictures)."""
    if x.dim() == 4:
        return x
    if x.dim() != 5:
        raise CannotStack("a layer for pictures is given vectors")
    members, batch, channels = x.shape[:3]
    merged = x.transpose(0, 1).reshape(batch, members * channels, *x.shape[3:])
    return merged.contiguous(memory_format=torch.channels_last)


def flatten(x: Tensor, members: int) -> Tensor:
    """Return vectors, each member's features in the order channels, bins, frames."""
    if x.dim() != 4:
        return x.flatten(2)
    batch, channels = x.shape[0], x.shape[1] // members
    return x.reshape(batch, members, channels * x.shape[2] * x.shape[3]).transpose(0, 1)


def in_order(layers: Sequence[Layer]) -> Layer:
    """Return a layer that applies others one after another."""

    def run(x: Tensor, step: Pass) -> Tensor:
        for layer in layers:
            x = layer(x, step)
        return x

    return run


def linear(weight: str, bias: str | None) -> Layer:
    """Return linear layers with weights ``[M, outputs, inputs]``."""

    def run(x: Tensor, step: Pass) -> Tensor:
        if x.dim() != 3:
            raise CannotStack("a linear layer is given pictures")
        across = step.values[weight].transpose(1, 2)
        return torch.bmm(x, across) if bias is None else torch.baddbmm(step.values[bias][:, None], x, across)

    return run


def convolution(weight: str, bias: str | None, groups: int, **options: Any) -> Layer:
    """Return convolutions with weights ``[M, outputs, inputs, …]``."""

    def run(x: Tensor, step: Pass) -> Tensor:
        kernels = step.values[weight].flatten(0, 1)
        offsets = None if bias is None else step.values[bias].flatten()
        return functional.conv2d(pictures(x), kernels, offsets, groups=step.members_n * groups, **options)

    return run


def group_norm(weight: str | None, bias: str | None, groups: int, eps: float) -> Layer:
    """Return group normalisation."""

    def run(x: Tensor, step: Pass) -> Tensor:
        scale = None if weight is None else step.values[weight].flatten()
        offset = None if bias is None else step.values[bias].flatten()
        return as_channels(
            x, lambda merged: functional.group_norm(merged, step.members_n * groups, scale, offset, eps)
        )

    return run


def as_channels(x: Tensor, apply: Callable[[Tensor], Tensor]) -> Tensor:
    """Apply a function of ``[batch, M·channels, …]`` to pictures or vectors."""
    if x.dim() != 3:
        return apply(pictures(x))
    members, batch, features = x.shape
    merged = apply(x.transpose(0, 1).reshape(batch, members * features))
    return merged.view(batch, members, features).transpose(0, 1)


def elementwise(module: nn.Module) -> Layer:
    """Return a layer without parameters that treats every entry by itself."""
    return lambda x, step: module(x)


def pooling(module: nn.Module) -> Layer:
    """Return a layer without parameters that treats every channel of a picture by itself."""
    return lambda x, step: module(pictures(x))


def reduction(function: Callable[..., Tensor]) -> Layer:
    """Return ``function`` (mean or maximum) over bins and frames, ``[…, 1, 1]``."""
    return lambda x, step: function(pictures(x), dim=(2, 3), keepdim=True)


def flattening() -> Layer:
    """Return the layer that turns pictures into vectors."""
    return lambda x, step: flatten(x, step.members_n)


def dropout(rates: Sequence[float]) -> Layer:
    """Return dropout with a rate a member."""

    def run(x: Tensor, step: Pass) -> Tensor:
        if step.masks is None or not any(rates):
            return x
        if x.dim() == 3:
            return x * step.masks.take(tuple(x.shape[1:]), rates, x.dtype)
        x = pictures(x)
        batch, channels, height, width = x.shape
        shape = batch, height, width, channels // step.members_n
        mask = step.masks.take(shape, rates, x.dtype).permute(1, 2, 3, 0, 4)
        return x * mask.reshape(batch, height, width, channels).permute(0, 3, 1, 2)

    return run
