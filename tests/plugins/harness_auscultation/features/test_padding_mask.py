"""padding_mask has the frames of the feature it stands beside, and ones where there is audio."""

from __future__ import annotations

from typing import ClassVar

import torch

from harness.testing import FeatureContract
from harness_auscultation.features.padding_mask import PaddingMask
from tests.plugins.harness_auscultation.records import FEATURES

RECORD = FEATURES["padding_mask"]


class TestContract(FeatureContract):
    record = RECORD
    parameters: ClassVar = {"clip_s": 1.0}
    known_failures: ClassVar = {}

    def test_different_clips_differ(self):
        """What differs is the seconds of audio, not the waveform."""
        masks = self.build()(self.waves(2), torch.tensor([[0.5], [1.0]]))
        assert not torch.equal(masks[0], masks[1])


def test_frames_with_audio():
    feature = PaddingMask(RECORD.parameters(clip_s=1.0, hop_ms=100.0, bins=3))
    seconds = torch.tensor([[0.0], [0.25], [0.3], [1.0], [float("nan")]])
    mask = feature(torch.zeros(5, 4000), seconds)
    assert mask.shape == (5, 1, 3, 11)
    assert mask[:, 0, 0].sum(dim=-1).tolist() == [0, 3, 3, 10, 11]
    assert torch.equal(mask.cummin(dim=-1).values, mask), "audio first, padding after it"


def test_has_the_frames_of_mfcc():
    from harness_audio.features.mfcc import Mfcc
    from harness_audio.features.parameters import MfccParameters

    common = {"sample_rate": 4000, "clip_s": 2.0, "hop_ms": 32.0}
    coefficients = Mfcc(MfccParameters(n_mfcc=40, n_mels=40, win_ms=128.0, **common))(torch.randn(2, 8000))
    mask = PaddingMask(RECORD.parameters(bins=40, **common))(torch.randn(2, 8000))
    assert mask.shape == coefficients.shape == (2, 1, 40, 63)
