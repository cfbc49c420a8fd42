"""logbank agrees with the HTK Book's formulas, computed with numpy and scipy in float64."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal
import torch

from harness_audio.features.logbank import Logbank
from harness_audio.features.logbank_summary import SUMMARIES, LogbankSummary
from harness_audio.features.parameters import LogbankParameters, LogbankSummaryParameters
from tests.plugins.harness_audio.signals import noise_and_tones


def triangles(n_filters: int, bins: np.ndarray) -> np.ndarray:
    """Return the HTK Book's filters, section 5.4: equally wide in mel = 2595 log10(1 + f / 700), peak 1."""
    top = 2595 * np.log10(1 + bins[-1] / 700)
    edges = 700 * (10 ** (np.linspace(0, top, n_filters + 2) / 2595) - 1)
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    return np.maximum(0, np.minimum(rising, falling))


def reference(waveform: np.ndarray, p: LogbankParameters) -> np.ndarray:
    """Return ``[filters, frames]`` in float64."""
    emphasised = scipy.signal.lfilter([1, -p.pre_emphasis], [1], waveform.astype(np.float64))
    frames = np.lib.stride_tricks.sliding_window_view(emphasised, p.window_samples)[:: p.hop_samples]
    window = scipy.signal.get_window(("hamming"), p.window_samples, fftbins=False)
    power = np.abs(np.fft.rfft(frames * window, n=p.fft_samples)) ** 2 / p.fft_samples
    filters = triangles(p.n_filters, np.fft.rfftfreq(p.fft_samples, 1 / p.sample_rate))
    return np.log(np.maximum(filters @ power.T, p.floor))


@pytest.mark.parametrize("values", [{}, {"sample_rate": 8000, "n_filters": 12, "pre_emphasis": 0.9}])
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
