"""Masks of padding in networks: frames without audio give nothing to the maps and nothing to their mean."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def frame_mask(x: Tensor, channel: int) -> Tensor:
    """Return which frames hold audio, ``[batch, 1, 1, frames]`` of zeros and ones, without gradient.

    ``x [batch, channels, bins, frames]`` has the mask in ``channel``; a frame holds audio where any bin of that
    channel is above one half, so that masks of frequencies (SpecAugment) leave it as it is.
    """
    return (x[:, channel : channel + 1].detach().amax(dim=2, keepdim=True) > 0.5).to(x.dtype)


def audio_share(mask: Tensor, frames: int) -> Tensor:
    """Return the share of audio in each of ``frames`` equal stretches of ``mask``: ``[batch, 1, 1, frames]``."""
    return nn.functional.adaptive_avg_pool2d(mask, (1, frames))


def gate(maps: Tensor, mask: Tensor) -> Tensor:
    """Set ``maps [batch, channels, bins, frames]`` to zero where no input frame of ``mask`` holds audio."""
    return maps * (audio_share(mask, maps.shape[-1]) > 0).to(maps.dtype)


def masked_mean(maps: Tensor, mask: Tensor | None = None) -> Tensor:
    r"""Return the mean of ``maps`` over bins and frames, ``[batch, channels]``; of frames with audio where masked.

    .. math:: \frac{\sum_{f,t} w_t\, A_{f,t}}{F \sum_t w_t}

    with :math:`w_t` the share of audio in map frame ``t`` (all one without a mask: global average pooling, Lin et al.
    2014, arXiv:1312.4400, section 3.2). Zero for a clip without audio.
    """
    if mask is None:
        return maps.mean(dim=(2, 3))
    weight = audio_share(mask, maps.shape[-1])
    total = (weight.sum(dim=(2, 3)) * maps.shape[2]).clamp(min=torch.finfo(maps.dtype).tiny)
    return (maps * weight).sum(dim=(2, 3)) / total
