"""Which channels of an input are pictures, which the mask, and which the side vector."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from harness.api import TrainingError, frame_mask


@dataclass(frozen=True)
class Channels:
    """The roles of the channels of ``x [batch, channels, bins, frames]``.

    ``side`` values stand in the first bins of the last channel, in all frames; ``mask`` is the channel of a mask,
    which is heeded, or only left out of the pictures.
    """

    n: int
    side: int = 0
    mask: int | None = None
    heed: bool = True

    @property
    def pictures(self) -> list[int]:
        """The channels that are neither mask nor side vector."""
        last = self.n - 1 if self.side else self.n
        return [channel for channel in range(last) if channel != self.mask]

    def mask_of(self, x: Tensor) -> Tensor | None:
        """Return which frames hold audio, ``[batch, 1, 1, frames]``, or ``None`` where there is no mask to heed."""
        return frame_mask(x, self.mask) if self.mask is not None and self.heed else None

    def join(self, embedding: Tensor, x: Tensor) -> Tensor:
        """Return ``embedding [batch, width]`` with the side vector of ``x`` beside it, ``[batch, width + side]``.

        The median over the frames, which are all alike but for those that an augmentation masked.
        """
        if not self.side:
            return embedding
        return torch.cat([embedding, x[:, -1, : self.side].median(dim=2).values], dim=1)


def channels_of(
    model: str, input_shape: tuple[int, int, int], *, side: int, mask: int | None = None, heed: bool = True
) -> Channels:
    """Return the roles of the input's channels.

    Raises:
        TrainingError: no such mask channel, fewer bins than values of the side vector, or no picture.
    """
    channels, bins, _ = input_shape
    found = Channels(channels, side, mask, heed)
    if mask is not None and mask >= channels - bool(side):
        raise TrainingError(
            f"{model}: mask is channel {mask}, but the feature has {channels} channels from 0 on"
        )
    if side > bins:
        raise TrainingError(f"{model}: side {side} is more than the {bins} bins of the feature")
    if not found.pictures:
        raise TrainingError(
            f"{model}: a feature of {channels} channels has no spectrogram beside its mask and side vector; "
            "a `stack` gives several channels"
        )
    return found
