"""Pooling that keeps a remainder, and the three poolings before the attention."""

from __future__ import annotations

from torch import Tensor, nn

Size = tuple[int, int]


def halved(size: Size, pool: int) -> Size:
    """Return ``(bins, frames)`` after pooling by ``pool``: what is left over at the end of an axis is pooled alone."""
    return -(-size[0] // pool), -(-size[1] // pool)


def average(size: Size, pool: int) -> nn.AvgPool2d:
    """Return average pooling by ``pool`` for a map of ``size``; an axis that is shorter becomes one entry."""
    return nn.AvgPool2d(_kernel(size, pool), ceil_mode=True)


def largest(size: Size, pool: int) -> nn.MaxPool2d:
    """Return maximum pooling by ``pool`` for a map of ``size``; an axis that is shorter becomes one entry."""
    return nn.MaxPool2d(_kernel(size, pool), ceil_mode=True)


def three_maps(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the source's three poolings of ``x [batch, channels, bins, frames]``, each as a sequence of vectors.

    Maximum over time: ``[batch, bins, channels]``, a sequence along frequency. Mean over frequency: ``[batch, frames,
    channels]``, a sequence along time. Mean over channels: ``[batch, bins, frames]``, where the source does not say
    which axis is the sequence: here the bins.
    """
    by_bin = x.amax(dim=3).transpose(1, 2)
    by_frame = x.mean(dim=2).transpose(1, 2)
    return by_bin, by_frame, x.mean(dim=1)


def _kernel(size: Size, pool: int) -> Size:
    return min(pool, size[0]), min(pool, size[1])
