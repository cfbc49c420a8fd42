"""The features of the framework's plan of experiments, with its own figures, against librosa."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
import torch

from harness_audio.features.log_mel import LogMel
from harness_audio.features.mfcc import Mfcc
from harness_audio.features.parameters import LogMelParameters, MfccParameters
from tests.plugins.harness_audio.signals import noise_and_tones

MEL = {"sample_rate": 32000, "n_fft": 2048, "win_length": 2048, "hop_length": 256, "n_mels": 128}
CEPSTRUM = {"n_mfcc": 13, "n_mels": 24, "win_ms": 30.0, "n_fft": 512, "mel_scale": "htk"}


def test_mel_spectrogram_of_128_bins_in_decibels():
    waveform = noise_and_tones(32000, 0.5)
    features = LogMel(LogMelParameters(**MEL))(torch.from_numpy(waveform))
    mel = [
        librosa.feature.melspectrogram(y=clip, sr=32000, n_fft=2048, hop_length=256, n_mels=128)
        for clip in waveform
    ]
    expected = np.stack([librosa.power_to_db(one) for one in mel])[:, None]
    assert features.shape == expected.shape == (3, 1, 128, 63)
    np.testing.assert_allclose(features.numpy(), expected, atol=1e-3)


@pytest.mark.parametrize("n_mfcc", [13, 24])
def test_13_of_24_coefficients(n_mfcc):
    parameters = MfccParameters(**CEPSTRUM | {"n_mfcc": n_mfcc})
    waveform = noise_and_tones(16000, 0.5)
    features = Mfcc(parameters)(torch.from_numpy(waveform))
    values = {"sr": 16000, "n_mfcc": n_mfcc, "n_mels": 24, "n_fft": 512, "win_length": 480, "hop_length": 160}
    expected = np.stack([librosa.feature.mfcc(y=clip, htk=True, **values) for clip in waveform])[:, None]
    assert features.shape == expected.shape
    np.testing.assert_allclose(features.numpy(), expected, atol=1e-3)


def test_40_coefficients_are_possible():
    assert Mfcc(MfccParameters(n_mfcc=40, n_mels=40))(torch.zeros(1, 16000)).shape == (1, 1, 40, 101)
