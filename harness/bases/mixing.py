"""What an augmentation returns that mixes samples and their labels."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class Mixed(NamedTuple):
    """Mixed samples: row ``i`` is ``weight[i]`` of sample ``i`` and ``1 - weight[i]`` of sample ``partner[i]``.

    ``features [batch, channels, bins, frames]``, ``partner [batch]`` int64, ``weight [batch]`` float32 in [0, 1]. The
    loss of a row is mixed alike: see :meth:`harness.api.Loss.mixed`.
    """

    features: Tensor
    partner: Tensor
    weight: Tensor
