"""random_crop takes a window of every sample and puts it at the middle of the old size."""

from __future__ import annotations

import pytest
import torch

from harness_audio.augmentations.parameters import RandomCropParameters
from harness_audio.augmentations.random_crop import RandomCrop


def cropped(features: torch.Tensor, seed: int = 0, **values: int) -> torch.Tensor:
    return RandomCrop(RandomCropParameters(**values))(features, torch.Generator().manual_seed(seed))


def positions(batch: int = 400, bins: int = 12, frames: int = 15) -> torch.Tensor:
    """Return features that say where they are: ``100 * bin + frame``."""
    grid = 100.0 * torch.arange(bins)[:, None] + torch.arange(frames)
    return grid.expand(batch, 1, bins, frames).clone()


def test_every_sample_is_one_window_with_its_edges_repeated():
    found = cropped(positions(), bins=4, frames=6)[:, 0]
    rows, columns = found[:, :, 0] // 100, found[:, 0, :] % 100
    torch.testing.assert_close(found, 100 * rows[:, :, None] + columns[:, None, :])
    steps = rows.diff(dim=1)
    assert bool((steps[:, :2] == 0).all())
    assert bool((steps[:, 2:9] == 1).all())
    assert bool((steps[:, 9:] == 0).all())
    assert set(rows[:, 0].tolist()) == {0.0, 1.0, 2.0, 3.0, 4.0}
    assert set(columns[:, 0].tolist()) == set(map(float, range(7)))


def test_nothing_cut_nothing_changed():
    features = torch.randn(5, 2, 7, 9)
    assert torch.equal(cropped(features, bins=0, frames=0), features)


def test_an_axis_keeps_one_entry_at_least():
    found = cropped(positions(bins=3, frames=1), bins=10, frames=10)
    assert found.shape == (400, 1, 3, 1)
    assert set((found[:, 0, :, 0] // 100).flatten().tolist()) == {0.0, 1.0, 2.0}


def test_channels_of_a_sample_are_moved_together():
    features = positions(batch=6)
    both = cropped(torch.cat([features, -features], 1), bins=4, frames=6)
    assert torch.equal(both[:, 0], -both[:, 1])


@pytest.mark.parametrize("seed", [0, 1])
def test_same_generator_state_same_crops_and_the_global_one_is_left_alone(seed):
    before = torch.get_rng_state()
    assert torch.equal(cropped(positions(), seed=seed), cropped(positions(), seed=seed))
    assert not torch.equal(cropped(positions(), seed=seed), cropped(positions(), seed=seed + 1))
    assert torch.equal(torch.get_rng_state(), before)
