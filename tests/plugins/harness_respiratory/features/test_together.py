"""The three spectrograms as the channels of one feature, as the source's systems take them."""

from __future__ import annotations

from unittest.mock import patch

import torch

from harness.bases.feature import one_batch
from harness.features.parameters import StackParameters
from harness.features.stack import Stack
from harness_respiratory.components_data import FEATURES
from harness_respiratory.features.bandpass import BandPass
from tests.plugins.harness_respiratory.features.sounds import wheezes

ROWS = {"sample_rate": 4000, "clip_s": 2.0, "fit": "repeat"}
SIZE = {"bins": 24, "frames": 31}


def stack() -> Stack:
    parts = [{"name": record.name, **SIZE} for record in FEATURES]
    return Stack(StackParameters(**ROWS, parts=parts))


def test_channels_are_the_spectrograms_in_order():
    waves = torch.from_numpy(wheezes())
    with one_batch():
        together = stack()(waves)
    assert together.shape == (2, 3, 24, 31)
    for channel, record in enumerate(FEATURES):
        alone = record.build(record.parameters(**ROWS, **SIZE))(waves)
        torch.testing.assert_close(together[:, channel : channel + 1], alone, rtol=0, atol=0)


def test_the_band_pass_is_computed_once():
    waves, feature = torch.from_numpy(wheezes()), stack()
    with patch.object(BandPass, "_filter", autospec=True, side_effect=BandPass._filter) as band, one_batch():
        feature(waves)
    assert band.call_count == 1
