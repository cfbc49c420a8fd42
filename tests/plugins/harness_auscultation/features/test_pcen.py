"""pcen agrees with librosa on the same settings, and its mask with the seconds of audio."""

from __future__ import annotations

import math
from typing import ClassVar

import librosa
import numpy as np
import pytest
import torch
from pydantic import ValidationError
from torch.testing import assert_close

from harness.testing import FeatureContract
from harness_auscultation.features.pcen import Pcen, smoothed, smoothing
from tests.plugins.harness_auscultation.records import FEATURES

RECORD = FEATURES["pcen"]


class TestContract(FeatureContract):
    record = RECORD
    parameters: ClassVar = {"clip_s": 1.0}


class TestMaskedContract(FeatureContract):
    record = RECORD
    parameters: ClassVar = {"clip_s": 1.0, "mask": True}


def signal(seconds: float, rate: int) -> np.ndarray:
    """Return ``[3, samples]``: bursts of noise over tones."""
    time = np.arange(round(seconds * rate)) / rate
    rng = np.random.default_rng(0)
    bursts = (np.sin(2 * np.pi * 1.5 * time) > 0) * rng.standard_normal((3, time.size))
    return (0.05 * bursts + 0.3 * np.sin(2 * np.pi * 200 * time)).astype(np.float32)


@pytest.mark.parametrize(
    "values",
    [
        {"clip_s": 3.0},
        {
            "clip_s": 1.0,
            "sample_rate": 22050,
            "win_ms": 2048 / 22.05,
            "hop_ms": 512 / 22.05,
            "n_mels": 40,
        },
        {"clip_s": 3.0, "gain": 0.8, "bias": 10.0, "root": 0.25, "time_constant": 0.06, "eps": 1e-3},
        {"clip_s": 3.0, "power": 2.0, "f_min": 50.0, "f_max": 1500.0, "scale": 1.0},
    ],
)
def test_agrees_with_librosa(values):
    parameters = RECORD.parameters(**values)
    waveform = signal(parameters.clip_s, parameters.sample_rate)
    found = Pcen(parameters)(torch.from_numpy(waveform)).numpy()
    rate, hop = parameters.sample_rate, parameters.hop_samples
    for clip, values_of_clip in zip(waveform, found, strict=True):
        mel = librosa.feature.melspectrogram(
            y=clip,
            sr=rate,
            n_fft=parameters.window_samples,
            hop_length=hop,
            n_mels=parameters.n_mels,
            fmin=parameters.f_min,
            fmax=parameters.f_max,
            power=parameters.power,
            pad_mode="constant",
        )
        expected = librosa.pcen(
            mel * parameters.scale,
            sr=rate,
            hop_length=hop,
            gain=parameters.gain,
            bias=parameters.bias,
            power=parameters.root,
            time_constant=parameters.time_constant,
            eps=parameters.eps,
        )
        assert values_of_clip.shape == (1, *expected.shape)
        np.testing.assert_allclose(values_of_clip[0], expected, rtol=0, atol=1e-4 * expected.max())


def test_the_defaults_are_librosas():
    import inspect

    theirs = inspect.signature(librosa.pcen).parameters
    ours = RECORD.parameters()
    named = {"gain": "gain", "bias": "bias", "root": "power", "time_constant": "time_constant", "eps": "eps"}
    assert {name: getattr(ours, name) for name in named} == {
        name: theirs[other].default for name, other in named.items()
    }


@pytest.mark.parametrize("frames", [1, 64, 65, 300])
def test_the_smoother_is_the_recursion(frames):
    energy, b = torch.rand(2, 3, frames, dtype=torch.float64), smoothing(0.4, 31.25)
    last = torch.ones(2, 3, dtype=torch.float64)
    for frame, smooth in enumerate(smoothed(energy, b).unbind(-1)):
        last = (1 - b) * last + b * energy[..., frame]
        assert_close(smooth, last, rtol=1e-12, atol=0)


def test_a_constant_energy_has_a_closed_form():
    """After the smoother settled: ``(E / (ε + E)^α + δ)^r − δ^r``."""
    feature, energy = Pcen(RECORD.parameters()), 1000.0
    settled = feature.normalised(torch.full((1, 1, 2000), energy))[0, 0, -1]
    expected = math.sqrt(energy / (1e-6 + energy) ** 0.98 + 2) - math.sqrt(2)
    assert float(settled) == pytest.approx(expected, rel=1e-9)


def test_padding_is_exactly_zero_and_the_mask_says_where():
    parameters = RECORD.parameters(clip_s=2.0, mask=True)
    waveform = torch.from_numpy(signal(2.0, 4000))
    waveform[1, 4000:] = 0
    seconds = torch.tensor([[2.0], [1.0], [float("nan")]])
    feature = Pcen(parameters)
    output = feature(waveform, seconds)
    assert (feature.covariates, feature.plain) == (("duration_s",), (1,))
    assert output.shape == (3, 2, 64, 63)
    assert output[:, 1, 0].sum(dim=-1).tolist() == [63, 32, 63]  # frames 0 … 31 are centred before 1 s
    assert torch.equal(output[:, 1], output[:, 1, :1].expand(-1, 64, -1))
    assert output[1, 0, :, 35:].abs().max() == 0
    assert_close(output[:, :1], Pcen(RECORD.parameters(clip_s=2.0))(waveform), rtol=0, atol=0)


def test_parameters_are_checked():
    with pytest.raises(ValidationError, match="at most the Nyquist frequency 2000 Hz"):
        RECORD.parameters(f_max=2500.0)
    with pytest.raises(ValidationError, match="f_min 1500 Hz must be below f_max 1000 Hz"):
        RECORD.parameters(f_min=1500.0, f_max=1000.0)
