"""Planes of features to one size, and vectors to channels of it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import interpolate, pad


def resized(features: Tensor, size: tuple[int, int], plain: Sequence[int] = (), *, antialias: bool) -> Tensor:
    """Return ``[batch, channels, *size]``: bilinear, but the ``plain`` channels take the nearest value."""
    if tuple(features.shape[2:]) == size:
        return features
    found = interpolate(features, size, mode="bilinear", align_corners=False, antialias=antialias)
    if not plain:
        return found
    at = torch.tensor(plain, device=features.device)
    return found.index_copy(1, at, interpolate(features.index_select(1, at), size, mode="nearest-exact"))


def as_channel(vector: Tensor, size: tuple[int, int]) -> Tensor:
    """Return ``[batch, channels, bins, frames]`` of vectors ``[batch, channels, k, 1]``, ``k`` at most ``bins``: the
    first ``k`` bins hold the values in every frame, the others 0.
    """
    bins, frames = size
    return pad(vector, (0, 0, 0, bins - vector.shape[2])).expand(-1, -1, -1, frames)
