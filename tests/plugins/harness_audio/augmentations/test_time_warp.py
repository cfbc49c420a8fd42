"""time_warp moves one frame and keeps the ends, by the generator alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from harness_audio.augmentations.parameters import TimeWarpParameters
from harness_audio.augmentations.time_warp import TimeWarp, sources


def warped(features: torch.Tensor, seed: int = 0, width: int = 8) -> torch.Tensor:
    return TimeWarp(TimeWarpParameters(width=width))(features, torch.Generator().manual_seed(seed))


def ramp(batch: int = 500, frames: int = 60) -> torch.Tensor:
    """Return features that say their frame."""
    return torch.arange(float(frames)).expand(batch, 2, 3, frames).clone()


def test_the_map_is_piecewise_linear_through_its_point():
    found = sources(60, torch.tensor([[20.0], [30.0]]), torch.tensor([[26.5], [25.0]]))
    for row, (centre, moved) in zip(found.numpy(), ((20.0, 26.5), (30.0, 25.0)), strict=True):
        np.testing.assert_allclose(row, np.interp(np.arange(60), [0, moved, 59], [0, centre, 59]), rtol=1e-5)


def test_values_are_those_of_the_place_they_come_from():
    """Linear interpolation of a signal along the map, against numpy's."""
    signal = torch.randn(4, 1, 2, 40, generator=torch.Generator().manual_seed(3))
    places = warped(torch.arange(40.0).expand(4, 1, 2, 40).clone())[:, 0, 0].numpy()
    for sample, found, place in zip(signal.numpy(), warped(signal).numpy(), places, strict=True):
        for bin_, wanted in zip(sample[0], found[0], strict=True):
            np.testing.assert_allclose(wanted, np.interp(place, np.arange(40), bin_), atol=1e-4)


def test_time_goes_forward_the_ends_stay_and_bins_move_together():
    found = warped(ramp())
    assert torch.equal(found[:, 0], found[:, 1])
    assert torch.equal(found[:, :, 0], found[:, :, 2])
    assert bool((found.diff(dim=3) > 0).all())
    torch.testing.assert_close(found[..., 0], torch.zeros(500, 2, 3))
    torch.testing.assert_close(found[..., -1], torch.full((500, 2, 3), 59.0))


def test_frames_move_up_to_the_width_in_both_directions():
    shift = (warped(ramp(2000), width=6) - ramp(2000))[:, 0, 0]
    assert 5.5 < shift.max() <= 6
    assert -6 <= shift.min() < -5.5
    assert abs(float(shift.mean())) < 0.2


def test_same_generator_state_same_warp_and_the_global_one_is_left_alone():
    before = torch.get_rng_state()
    assert torch.equal(warped(ramp(), seed=3), warped(ramp(), seed=3))
    assert not torch.equal(warped(ramp(), seed=3), warped(ramp(), seed=4))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_short_features_stay_finite(frames):
    found = warped(torch.randn(5, 1, 4, frames), width=100)
    assert found.shape == (5, 1, 4, frames)
    assert found.isfinite().all()


def test_no_width_changes_nothing_and_input_is_kept():
    features = torch.randn(4, 1, 8, 9)
    before = features.clone()
    assert torch.equal(warped(features, width=0), before)
    warped(features)
    assert torch.equal(features, before)


def test_parameters_are_checked():
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        TimeWarpParameters(width=-1)
