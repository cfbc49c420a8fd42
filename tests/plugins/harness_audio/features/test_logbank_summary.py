"""logbank_summary agrees with scipy, librosa's filters and numpy's percentiles."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
import scipy.signal
import torch

from harness_audio.features.logbank_summary import LogbankSummary, summarise
from harness_audio.features.parameters import LogbankSummaryParameters
from tests.plugins.harness_audio.signals import noise_and_tones


def reference(waveform: np.ndarray, p: LogbankSummaryParameters) -> np.ndarray:
    emphasised = scipy.signal.lfilter([1, -p.pre_emphasis], [1], waveform.astype(np.float64))
    frames = np.lib.stride_tricks.sliding_window_view(emphasised, p.window_samples)[:: p.hop_samples]
    frames = frames * scipy.signal.windows.hamming(p.window_samples)
    power = np.abs(np.fft.rfft(frames, n=p.fft_samples)) ** 2 / p.fft_samples
    filters = librosa.filters.mel(
        sr=p.sample_rate,
        n_fft=p.fft_samples,
        n_mels=p.n_filters,
        fmin=p.f_min,
        fmax=p.f_max,
        htk=p.mel_scale == "htk",
        norm=None,
    )
    logbank = np.log(np.maximum(power @ filters.T, p.floor))
    quartiles = np.percentile(logbank, [50, 25, 75], axis=0)
    return np.stack([logbank.min(0), logbank.max(0), logbank.std(0), logbank.mean(0), *quartiles], axis=-1)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"sample_rate": 8000, "n_filters": 12, "mel_scale": "slaney", "f_min": 100.0, "f_max": 3000.0},
        {"sample_rate": 44100, "n_fft": 2048, "pre_emphasis": 0.0, "hop_ms": 7.0},
    ],
)
def test_agrees_with_an_independent_computation(values):
    parameters = LogbankSummaryParameters(**values)
    waveform = noise_and_tones(parameters.sample_rate, 0.8)
    features = LogbankSummary(parameters)(torch.from_numpy(waveform))
    expected = np.stack([reference(clip, parameters) for clip in waveform])[:, None]
    assert features.shape == (3, 1, parameters.n_filters, 7)
    assert features.dtype == torch.float32
    np.testing.assert_allclose(features.numpy(), expected, atol=1e-3)


@pytest.mark.parametrize("frames", [1, 2, 3, 4, 50])
def test_summaries_are_numpys(frames):
    values = torch.randn(2, 3, frames, generator=torch.Generator().manual_seed(0))
    array = values.numpy()
    expected = [array.min(-1), array.max(-1), array.std(-1), array.mean(-1)]
    expected += [np.percentile(array, q, axis=-1) for q in (50, 25, 75)]
    np.testing.assert_allclose(summarise(values).numpy(), np.stack(expected, axis=-1), atol=1e-6)


def test_a_clip_shorter_than_a_window_is_one_padded_frame():
    feature = LogbankSummary(LogbankSummaryParameters(clip_s=0.01))
    features = feature(torch.from_numpy(noise_and_tones(16000, 0.01, batch=2)))
    assert features.isfinite().all()
    assert (features[..., 2] == 0).all()
    torch.testing.assert_close(features[..., 0], features[..., 1])


def test_silence_is_the_floor():
    features = LogbankSummary(LogbankSummaryParameters())(torch.zeros(1, 16000))
    torch.testing.assert_close(features[..., 3], torch.full((1, 1, 24), float(np.log(1e-10))))
    assert features[..., 2].abs().max() < 1e-4
