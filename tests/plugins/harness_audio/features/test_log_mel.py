"""log_mel agrees with librosa on the same settings."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
import torch

from harness_audio.features.log_mel import LogMel
from harness_audio.features.parameters import LogMelParameters
from tests.plugins.harness_audio.signals import noise_and_tones


def reference(waveform: np.ndarray, parameters: LogMelParameters) -> np.ndarray:
    mel = librosa.feature.melspectrogram(
        y=waveform,
        sr=parameters.sample_rate,
        n_fft=parameters.fft_samples,
        win_length=parameters.window_samples,
        hop_length=parameters.hop_samples,
        n_mels=parameters.n_mels,
        fmin=parameters.f_min,
        fmax=parameters.f_max,
        htk=parameters.mel_scale == "htk",
        norm=parameters.mel_norm,
        power=parameters.power,
    )
    if parameters.power == 1.0:
        return librosa.amplitude_to_db(mel, amin=parameters.floor, top_db=parameters.top_db)
    ref = np.max if parameters.ref == "max" else 1.0
    return librosa.power_to_db(mel, ref=ref, amin=parameters.floor, top_db=parameters.top_db)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"mel_scale": "htk", "mel_norm": None, "top_db": None},
        {"power": 1.0, "floor": 1e-5},
        {"ref": "max", "top_db": 50.0},
        {"sample_rate": 8000, "clip_s": 0.5, "f_min": 50, "f_max": 3500, "n_mels": 24},
        {"sample_rate": 22050, "n_fft": 2048, "win_length": 1024, "hop_length": 512, "n_mels": 128},
        {"sample_rate": 11025, "n_fft": 1000, "floor": 1e-3, "top_db": 30.0},
    ],
)
def test_agrees_with_librosa(values):
    parameters = LogMelParameters(**values)
    waveform = noise_and_tones(parameters.sample_rate, parameters.clip_s)
    features = LogMel(parameters)(torch.from_numpy(waveform))
    expected = np.stack([reference(clip, parameters) for clip in waveform])[:, None]
    assert features.shape == expected.shape
    assert features.dtype == torch.float32
    np.testing.assert_allclose(features.numpy(), expected, atol=1e-4)


def test_pure_tone_agrees_down_to_the_cut():
    parameters = LogMelParameters()
    waveform = np.sin(2 * np.pi * 1000 * np.arange(16000) / 16000).astype(np.float32)
    features = LogMel(parameters)(torch.from_numpy(waveform)[None]).numpy()[0, 0]
    expected = reference(waveform, parameters)
    loud = expected > expected.max() - 40
    np.testing.assert_allclose(features[loud], expected[loud], atol=1e-4)
    np.testing.assert_allclose(features, expected, atol=0.02)


def test_a_clip_does_not_depend_on_its_batch():
    feature = LogMel(LogMelParameters())
    waveform = torch.from_numpy(noise_and_tones(16000, 1.0))
    alone = torch.cat([feature(clip[None]) for clip in waveform])
    torch.testing.assert_close(feature(waveform), alone, rtol=0, atol=1e-4)


def test_natural_logarithm():
    waveform = torch.from_numpy(noise_and_tones(16000, 1.0))
    decibels = LogMel(LogMelParameters())(waveform)
    natural = LogMel(LogMelParameters(log="ln"))(waveform)
    torch.testing.assert_close(natural, decibels / 10 * np.log(10), rtol=1e-5, atol=1e-5)


def test_silence_and_short_clips_are_finite():
    features = LogMel(LogMelParameters(clip_s=0.005))(torch.zeros(2, 80))
    assert features.shape == (2, 1, 40, 1)
    assert (features == -100).all()


def test_default_shape_of_one_second():
    assert LogMel(LogMelParameters())(torch.zeros(1, 16000)).shape == (1, 1, 40, 101)


def test_state_is_empty_so_that_nothing_is_learned():
    assert not LogMel(LogMelParameters()).state_dict().keys() - {"spectrogram.window"}
    assert not list(LogMel(LogMelParameters()).parameters())
