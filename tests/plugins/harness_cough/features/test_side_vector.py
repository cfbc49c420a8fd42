"""side_vector agrees with librosa, and marks what is not known."""

from __future__ import annotations

from typing import ClassVar

import librosa
import numpy as np
import pytest
import torch
from pydantic import ValidationError

from harness.testing import FeatureContract
from harness_cough.features.side_vector import SideVector
from tests.plugins.harness_cough.features.signals import RATE, coughs
from tests.plugins.harness_cough.records import FEATURES

RECORD = FEATURES["side_vector"]
NAN = float("nan")


class TestContract(FeatureContract):
    record = RECORD


class TestWithCovariatesContract(FeatureContract):
    record = RECORD
    parameters: ClassVar = {"covariates": ("age", "gender", "snr_db"), "silence_db": 40.0}


def expected(clip: np.ndarray, n_fft: int = 2048, hop: int = 512) -> list[float]:
    """Return librosa's three means of one clip."""
    common = {"frame_length": n_fft, "hop_length": hop}
    return [
        float(librosa.feature.zero_crossing_rate(clip, **common).mean()),
        float(librosa.feature.rms(y=clip, **common).mean()),
        float(librosa.feature.spectral_centroid(y=clip, sr=RATE, n_fft=n_fft, hop_length=hop).mean()),
    ]


def side(waveform: np.ndarray, values=None, **parameters) -> torch.Tensor:
    feature = SideVector(RECORD.parameters(sample_rate=RATE, clip_s=2.0, **parameters))
    output = feature(torch.from_numpy(waveform), values)
    assert output.shape[1::2] == (1, 1)
    return output[:, 0, :, 0]


@pytest.mark.parametrize("frames", [{}, {"frame_length": 512, "hop_length": 100}])
def test_agrees_with_librosa(frames):
    waveform = coughs()
    wanted = [expected(clip, *frames.values()) for clip in waveform]
    np.testing.assert_allclose(side(waveform, **frames).numpy(), wanted, rtol=1e-4)


def test_padding_does_not_count():
    """The frames of the audio alone; those at its end see zeros where librosa repeats the last sample."""
    waveform = coughs()
    waveform[:, 9000:] = 0
    seconds = torch.full((3, 1), 9000 / RATE)
    wanted = [expected(clip[:9000]) for clip in waveform]
    np.testing.assert_allclose(side(waveform, seconds).numpy(), wanted, rtol=2e-3)
    assert (side(waveform)[:, 1] < 0.9 * side(waveform, seconds)[:, 1]).all()


def test_removed_silence_does_not_count():
    waveform = coughs()
    pieces = [
        np.concatenate([clip[a:b] for a, b in librosa.effects.split(clip, top_db=40.0)]) for clip in waveform
    ]
    wanted = [expected(piece) for piece in pieces]
    np.testing.assert_allclose(side(waveform, silence_db=40.0).numpy(), wanted, rtol=2e-3)


def test_covariates_have_a_known_flag_each():
    feature = SideVector(RECORD.parameters(covariates=("age", "gender")))
    assert feature.covariates == ("duration_s", "age", "gender")
    values = torch.tensor([[1.0, 30.0, 0.0], [1.0, NAN, 1.0]])
    found = feature(torch.randn(2, 16000), values)
    assert found.shape == (2, 1, 7, 1)
    assert found[:, 0, 3:, 0].tolist() == [[30.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]]


@pytest.mark.parametrize("covariates", [("age", "age"), ("duration_s",)])
def test_covariates_are_checked(covariates):
    with pytest.raises(ValidationError, match="each covariate once, and not duration_s"):
        RECORD.parameters(covariates=covariates)
