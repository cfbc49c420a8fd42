"""spectrogram agrees with librosa on the same settings."""

from __future__ import annotations

from typing import ClassVar

import librosa
import numpy as np
import pytest
import torch
from pydantic import ValidationError

from harness.testing import FeatureContract
from harness_cough.features.spectrogram import Spectrogram
from tests.plugins.harness_cough.features.signals import RATE, coughs
from tests.plugins.harness_cough.records import FEATURES

RECORD = FEATURES["spectrogram"]


class TestContract(FeatureContract):
    record = RECORD


class TestWithoutSilenceContract(FeatureContract):
    record = RECORD
    parameters: ClassVar = {"silence_db": 40.0, "keep_s": 0.5}


@pytest.mark.parametrize(
    "values",
    [{}, {"win_ms": 25.0, "n_fft": 512, "hop_ms": 10.0}, {"top_db": None}, {"top_db": 30.0, "floor": 1e-3}],
)
def test_agrees_with_librosa(values):
    parameters = RECORD.parameters(sample_rate=RATE, clip_s=2.0, **values)
    waveform = coughs()
    found = Spectrogram(parameters)(torch.from_numpy(waveform)).numpy()
    for clip, decibels in zip(waveform, found, strict=True):
        spectrum = librosa.stft(
            clip,
            n_fft=parameters.fft_samples,
            win_length=parameters.window_samples,
            hop_length=parameters.hop_samples,
            pad_mode="constant",
        )
        expected = librosa.amplitude_to_db(
            np.abs(spectrum), ref=1.0, amin=parameters.floor, top_db=parameters.top_db
        )
        assert decibels.shape == (1, *expected.shape)
        np.testing.assert_allclose(decibels[0], expected, rtol=0, atol=0.01)


def test_silence_is_removed_before():
    waveform = torch.from_numpy(coughs())
    common = {"sample_rate": RATE, "clip_s": 2.0, "hop_ms": 10.0}
    found = Spectrogram(RECORD.parameters(silence_db=40.0, **common))(waveform)
    for clip, decibels in zip(waveform.numpy(), found, strict=True):
        pieces = np.concatenate([clip[a:b] for a, b in librosa.effects.split(clip, top_db=40.0)])
        padded = torch.from_numpy(np.pad(pieces, (0, len(clip) - len(pieces))))
        torch.testing.assert_close(decibels[None], Spectrogram(RECORD.parameters(**common))(padded[None]))


def test_a_window_longer_than_the_transform_is_refused():
    with pytest.raises(ValidationError, match="n_fft 128 is shorter than the window of 512 samples"):
        RECORD.parameters(n_fft=128)
