"""SpecAugment's masks."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from harness_audio.augmentations.parameters import SpecMaskParameters


class SpecMask:
    """Frequency and time masks of SpecAugment, drawn anew for each sample.

    Park et al. 2019, "SpecAugment" (arXiv:1904.08779), section 2: a mask of width ``f`` drawn from {0, …, F}
    starts at ``f0`` drawn from {0, …, bins − f}; the same for time, where the width is also at most ``p ·
    frames``. A width larger than the axis is cut to it. The same generator state gives the same masks on
    every device.
    """

    def __init__(self, parameters: SpecMaskParameters) -> None:
        self.parameters = parameters

    def __call__(self, features: Tensor, generator: Generator) -> Tensor:
        """Return a masked copy of ``features [batch, channels, bins, frames]``."""
        p = self.parameters
        batch, _, bins, frames = features.shape
        by_bin = _masked(batch, bins, p.freq_masks, min(p.freq_width, bins), generator)
        widest = min(p.time_width, int(p.time_share * frames))
        by_frame = _masked(batch, frames, p.time_masks, widest, generator)
        mask = (by_bin[:, None, :, None] | by_frame[:, None, None, :]).to(features.device)
        if p.value == "zero":
            return features.masked_fill(mask, 0.0)
        return torch.where(mask, features.mean(dim=(1, 2, 3), keepdim=True), features)


def _masked(batch: int, size: int, masks: int, widest: int, generator: Generator) -> Tensor:
    """Draw masks along one axis: ``[batch, size]``, true where masked."""
    draws = torch.rand(2, batch, masks, 1, generator=generator, device=generator.device)
    width = (draws[0] * (widest + 1)).floor()
    start = (draws[1] * (size - width + 1)).floor()
    place = torch.arange(size, device=generator.device)
    return ((place >= start) & (place < start + width)).any(dim=1)
