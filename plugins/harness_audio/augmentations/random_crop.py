"""Random crops of spectrograms, at the size they had."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from harness_audio.augmentations.parameters import RandomCropParameters


class RandomCrop:
    """Cut ``bins`` and ``frames`` off at random places, drawn anew for each sample.

    Ngo et al. 2023, arXiv:2303.04104, section on data augmentation
    (random cropping by 10 bins in time and frequency). Their crop is smaller than the spectrogram; here it is put into
    the middle of the old size and its edges are repeated outwards, because validation and test clips have that size.
    What the network sees is thus moved by up to half of ``bins`` and ``frames``, up or down. An axis is cropped to one
    entry at least.
    """

    def __init__(self, parameters: RandomCropParameters) -> None:
        self.parameters = parameters

    def __call__(self, features: Tensor, generator: Generator) -> Tensor:
        """Return the cropped copy of ``features [batch, channels, bins, frames]``, of the same shape."""
        batch, _, bins, frames = features.shape
        rows = _places(batch, bins, self.parameters.bins, generator)
        columns = _places(batch, frames, self.parameters.frames, generator)
        sample = torch.arange(batch, device=features.device)[:, None, None]
        moved = features.movedim(1, 3)[sample, rows[:, :, None], columns[:, None, :]]
        return moved.movedim(3, 1).contiguous()


def _places(batch: int, size: int, cut: int, generator: Generator) -> Tensor:
    """Draw where each entry of the axis is taken from: ``[batch, size]`` int64, edges repeated."""
    cut = min(cut, size - 1)
    start = torch.randint(cut + 1, (batch, 1), generator=generator, device=generator.device)
    inside = (torch.arange(size, device=generator.device) - cut // 2).clamp(0, size - cut - 1)
    return start + inside
