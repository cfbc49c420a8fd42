"""Masks of padding: what stands in the padding gives nothing."""

from __future__ import annotations

import torch
from torch.testing import assert_close

from harness.api import frame_mask, gate, masked_mean


def features(seconds: list[int], frames: int = 8) -> torch.Tensor:
    """Return noise in channel 0 and a mask in channel 1 with so many frames of audio, ``[batch, 2, 3, frames]``."""
    x = torch.randn(len(seconds), 2, 3, frames, generator=torch.Generator().manual_seed(0))
    x[:, 1] = (torch.arange(frames) < torch.tensor(seconds)[:, None]).float()[:, None]
    return x


def test_the_mask_is_of_frames_and_survives_masked_bins():
    x = features([8, 3, 0])
    x[:, 1, 0] = 0  # a frequency mask
    mask = frame_mask(x, 1)
    assert mask.shape == (3, 1, 1, 8)
    assert mask.sum(dim=(1, 2, 3)).tolist() == [8, 3, 0]


def test_the_mean_is_that_of_the_frames_with_audio():
    x = features([8, 3])
    maps = torch.randn(2, 5, 3, 8)
    mean = masked_mean(maps, frame_mask(x, 1))
    assert_close(mean[0], maps[0].mean(dim=(1, 2)))
    assert_close(mean[1], maps[1, :, :, :3].mean(dim=(1, 2)))
    assert_close(masked_mean(maps), maps.mean(dim=(2, 3)))


def test_a_map_frame_counts_by_its_share_of_audio():
    maps = torch.tensor([1.0, 2.0, 4.0, 8.0]).expand(1, 1, 1, 4)
    mask = frame_mask(features([3]), 1)  # map frames of two input frames: shares 1, 1/2, 0, 0
    assert_close(masked_mean(maps, mask), torch.tensor([[(1.0 + 0.5 * 2.0) / 1.5]]))
    assert gate(maps, mask).flatten().tolist() == [1.0, 2.0, 0.0, 0.0]


def test_a_clip_without_audio_gives_zero():
    maps = torch.ones(1, 2, 3, 8, requires_grad=True)
    mean = masked_mean(maps, frame_mask(features([0]), 1))
    mean.sum().backward()
    assert mean.tolist() == [[0.0, 0.0]]
    assert torch.isfinite(maps.grad).all()
