"""logbank agrees with scipy's filter and librosa's mel filters."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
import scipy.signal
import torch

from harness_audio.features.logbank import Logbank
from harness_audio.features.logbank_summary import SUMMARIES, LogbankSummary
from harness_audio.features.parameters import LogbankParameters, LogbankSummaryParameters
from tests.plugins.harness_audio.signals import noise_and_tones


def reference(waveform: np.ndarray, p: LogbankParameters) -> np.ndarray:
    """Return ``[filters, frames]`` in float64."""
    emphasised = scipy.signal.lfilter([1, -p.pre_emphasis], [1], waveform.astype(np.float64))
    frames = np.lib.stride_tricks.sliding_window_view(emphasised, p.window_samples)[:: p.hop_samples]
    window = scipy.signal.get_window(("hamming"), p.window_samples, fftbins=False)
    power = np.abs(np.fft.rfft(frames * window, n=p.fft_samples)) ** 2 / p.fft_samples
    filters = librosa.filters.mel(
        sr=p.sample_rate,
        n_fft=p.fft_samples,
        n_mels=p.n_filters,
        fmin=p.f_min,
        fmax=p.f_max,
        htk=p.mel_scale == "htk",
        norm=None,
    )
    return np.log(np.maximum(filters @ power.T, p.floor))


@pytest.mark.parametrize("values", [{}, {"sample_rate": 8000, "n_filters": 12, "mel_scale": "slaney"}])
def test_agrees_within_a_thousandth(values):
    parameters = LogbankParameters(**values)
    waveform = noise_and_tones(parameters.sample_rate, 0.8)
    features = Logbank(parameters)(torch.from_numpy(waveform))
    expected = np.stack([reference(clip, parameters) for clip in waveform])[:, None]
    assert features.shape == expected.shape
    assert features.dtype == torch.float32
    np.testing.assert_allclose(features.numpy(), expected, atol=1e-3)


def test_defaults_are_the_framework_s():
    p = LogbankParameters()
    assert (p.n_filters, p.win_ms, p.hop_ms, p.n_fft, p.pre_emphasis) == (24, 30.0, 10.0, 512, 0.97)
    assert (p.window_samples, p.hop_samples) == (480, 160)
    assert Logbank(p)(torch.zeros(1, 16000)).shape == (1, 1, 24, 98)


def test_the_summary_is_of_these_values():
    assert LogbankSummaryParameters().model_dump() == LogbankParameters().model_dump()
    assert SUMMARIES == ("min", "max", "std", "mean", "median", "p25", "p75")
    waveform = torch.from_numpy(noise_and_tones(16000, 0.5))
    values = Logbank(LogbankParameters())(waveform)
    summary = LogbankSummary(LogbankSummaryParameters())(waveform)
    torch.testing.assert_close(summary[..., 3], values.mean(dim=-1))
    torch.testing.assert_close(summary[..., 1], values.amax(dim=-1))
