"""The normalisation layers that the networks offer."""

from __future__ import annotations

import math

from torch import nn

from harness.api import DataSetNorm
from harness_audio.models.parameters import Norm


def normalisation(norm: Norm, channels: int, *, dimensions: int) -> nn.Module:
    """Return a normalisation layer: ``dimensions`` is 1 for ``[batch, channels]``, 2 for a picture.

    ``group`` takes at most 8 groups, as many as divide the channels (Wu & He 2018, arXiv:1803.08494).
    """
    if norm == "dataset":
        return DataSetNorm(channels)
    if norm == "shared":
        return nn.BatchNorm1d(channels) if dimensions == 1 else nn.BatchNorm2d(channels)
    if norm == "group":
        return nn.GroupNorm(math.gcd(8, channels), channels)
    return nn.Identity()
