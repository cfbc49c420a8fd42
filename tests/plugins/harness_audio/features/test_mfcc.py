"""mfcc agrees with librosa on the same settings."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
import torch

from harness.bases.feature import one_batch
from harness_audio.features.log_mel import LogMel
from harness_audio.features.mfcc import Mfcc
from harness_audio.features.parameters import LogMelParameters, MfccParameters
from tests.plugins.harness_audio.signals import noise_and_tones


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"n_mfcc": 13, "n_mels": 26, "mel_scale": "htk"},
        {"n_mfcc": 40, "f_max": 6000.0},
        {"sample_rate": 22050, "n_fft": 2048, "win_length": 2048, "hop_length": 512, "n_mels": 128},
    ],
)
def test_agrees_with_librosa(values):
    parameters = MfccParameters(**values)
    waveform = noise_and_tones(parameters.sample_rate, 1.0)
    features = Mfcc(parameters)(torch.from_numpy(waveform))
    expected = np.stack(
        [
            librosa.feature.mfcc(
                y=clip,
                sr=parameters.sample_rate,
                n_mfcc=parameters.n_mfcc,
                n_mels=parameters.n_mels,
                n_fft=parameters.fft_samples,
                win_length=parameters.window_samples,
                hop_length=parameters.hop_samples,
                fmax=parameters.f_max,
                htk=parameters.mel_scale == "htk",
            )
            for clip in waveform
        ]
    )[:, None]
    assert features.shape == expected.shape
    assert features.dtype == torch.float32
    np.testing.assert_allclose(features.numpy(), expected, atol=1e-3)


def test_coefficients_are_a_rotation_of_log_mel():
    from harness_audio.features.log_mel import LogMel
    from harness_audio.features.parameters import LogMelParameters

    waveform = torch.from_numpy(noise_and_tones(16000, 0.5))
    cepstrum = Mfcc(MfccParameters(n_mfcc=40))(waveform)
    log_mel = LogMel(LogMelParameters())(waveform)
    torch.testing.assert_close(cepstrum.norm(dim=2), log_mel.norm(dim=2), rtol=1e-4, atol=1e-3)


def test_what_is_shared_with_log_mel_changes_nothing():
    waveform = torch.randn(3, 16000, generator=torch.Generator().manual_seed(0))
    log_mel, mfcc = LogMel(LogMelParameters()), Mfcc(MfccParameters())
    other = Mfcc(MfccParameters(n_mels=64))
    with one_batch():
        together = [module(waveform) for module in (log_mel, mfcc, other, log_mel)]
    for module, found in zip((log_mel, mfcc, other, log_mel), together, strict=True):
        assert torch.equal(found, module(waveform))
