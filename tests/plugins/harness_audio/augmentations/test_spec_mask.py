"""spec_mask masks whole bins and frames, within the widths asked for, by the generator alone."""

from __future__ import annotations

import pytest
import torch
from pydantic import ValidationError

from harness_audio.augmentations.parameters import SpecMaskParameters
from harness_audio.augmentations.spec_mask import SpecMask


def masked(seed: int = 0, shape: tuple[int, ...] = (64, 1, 40, 101), **values) -> torch.Tensor:
    """Return where the mask fell, ``[batch, channels, bins, frames]``."""
    features = torch.ones(shape)
    generator = torch.Generator().manual_seed(seed)
    return SpecMask(SpecMaskParameters(value="zero", **values))(features, generator) == 0


def test_same_generator_state_same_masks():
    assert torch.equal(masked(seed=3), masked(seed=3))
    assert not torch.equal(masked(seed=3), masked(seed=4))


def test_the_global_generator_is_left_alone():
    before = torch.get_rng_state()
    masked()
    assert torch.equal(torch.get_rng_state(), before)


def test_samples_get_masks_of_their_own_and_channels_share_them():
    mask = masked(shape=(32, 3, 40, 101))
    assert torch.equal(mask[:, 0], mask[:, 2])
    assert len({tuple(sample.flatten().tolist()) for sample in mask[:, 0]}) > 16


@pytest.mark.parametrize("width", [1, 5, 40])
def test_one_frequency_mask_is_one_run_of_every_width(width):
    mask = masked(shape=(2000, 1, 40, 3), freq_masks=1, freq_width=width, time_masks=0)[:, 0]
    assert torch.equal(mask.any(dim=2), mask.all(dim=2))
    bins = mask[:, :, 0].int()
    starts = (bins.diff(dim=1, prepend=torch.zeros(2000, 1, dtype=torch.int32)) == 1).sum(dim=1)
    assert starts.max() == 1
    counts = torch.bincount(bins.sum(dim=1), minlength=width + 1)
    assert len(counts) == width + 1
    expected = 2000 / (width + 1)
    assert (counts - expected).abs().max() < 5 * expected**0.5


def test_edges_are_masked_as_well():
    mask = masked(shape=(2000, 1, 8, 20), freq_masks=1, freq_width=3, time_masks=1, time_width=3)[:, 0]
    assert mask.all(dim=2)[:, 0].any()
    assert mask.all(dim=2)[:, -1].any()
    assert mask.all(dim=1)[:, 0].any()
    assert mask.all(dim=1)[:, -1].any()


def test_time_masks_keep_to_their_share():
    mask = masked(shape=(500, 1, 4, 10), freq_masks=0, time_masks=1, time_width=100, time_share=0.3)
    assert mask[:, 0, 0].sum(dim=1).max() == 3


def test_no_masks_change_nothing_and_input_is_kept():
    features = torch.randn(4, 1, 8, 9)
    before = features.clone()
    none = SpecMask(SpecMaskParameters(freq_masks=0, time_masks=0))(features, torch.Generator())
    SpecMask(SpecMaskParameters())(features, torch.Generator())
    assert torch.equal(none, before)
    assert torch.equal(features, before)


def test_mean_is_the_samples_own():
    features = torch.randn(8, 1, 20, 30) + torch.arange(8.0)[:, None, None, None]
    out = SpecMask(SpecMaskParameters())(features, torch.Generator().manual_seed(1))
    changed = out != features
    for sample in range(8):
        assert changed[sample].any()
        values = out[sample][changed[sample]]
        torch.testing.assert_close(values, features[sample].mean().expand_as(values))


def test_parameters_are_checked():
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        SpecMaskParameters(freq_masks=-1)
    with pytest.raises(ValidationError, match="less than or equal to 1"):
        SpecMaskParameters(time_share=1.5)
