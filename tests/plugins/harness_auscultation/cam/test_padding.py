"""The share of an activation that falls on padding, in closed form."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from harness_auscultation.cam.padding import as_large_as, audio_mask, cells_with_audio, padding_share


def mask(*seconds: int, frames: int = 10) -> torch.Tensor:
    return (torch.arange(frames) < torch.tensor(seconds)[:, None]).float()


def test_a_flat_map_has_the_padding_s_share_of_the_frames():
    shares = padding_share(torch.full((4, 6, 10), 2.5), mask(10, 7, 1, 0))
    assert_close(shares, torch.tensor([0.0, 0.3, 0.9, 1.0]))


def test_a_ramp_has_its_closed_form():
    """``Σ_{t ≥ n} t / Σ t = 1 − n (n − 1) / (T (T − 1))`` for the map ``M(f, t) = t`` of ``T`` frames."""
    ramp = torch.arange(10.0).expand(1, 3, 10)
    for n in (0, 2, 5, 10):
        assert float(padding_share(ramp, mask(n))) == pytest.approx(1 - n * (n - 1) / 90)


def test_what_speaks_against_the_class_does_not_count():
    cam = torch.tensor([[[1.0, -9.0, 3.0, -5.0]]])
    assert float(padding_share(cam, mask(2, frames=4))) == pytest.approx(0.75)


def test_nothing_activated_is_no_number():
    assert padding_share(-torch.ones(1, 2, 4), mask(2, frames=4)).isnan().all()


def test_a_cell_is_padding_where_it_holds_nothing_else():
    assert cells_with_audio(mask(0, 1, 5, 6, 8, frames=8), 4).sum(dim=1).tolist() == [0, 1, 3, 3, 4]
    assert torch.equal(cells_with_audio(mask(3, 7), 10), mask(3, 7))


def test_maps_are_enlarged_to_the_feature():
    x = torch.zeros(2, 1, 8, 12)
    assert as_large_as(torch.ones(2, 2, 3), x).shape == (2, 8, 12)
    assert_close(as_large_as(torch.full((2, 2, 3), 4.0), x), torch.full((2, 8, 12), 4.0))


def test_a_mask_channel_says_where_audio_is():
    x = torch.randn(2, 2, 5, 10)
    x[:, 1] = mask(7, 10)[:, None]
    assert torch.equal(audio_mask(x), mask(7, 10))


def test_without_a_mask_channel_frames_alike_at_the_end_are_padding():
    x = torch.randn(3, 1, 5, 10)
    x[0, :, :, 6:] = torch.randn(1, 5, 1)  # scaled padding: another value in each bin
    x[1, :, :, 3:5] = 0  # a pause
    assert torch.equal(audio_mask(x), mask(6, 10, 10))
