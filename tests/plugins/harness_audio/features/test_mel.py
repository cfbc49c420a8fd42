"""The light mel formulas agree with librosa's, and find the filters that librosa leaves empty."""

from __future__ import annotations

import librosa
import numpy as np
import pytest

from harness_audio.features.mel import empty_filter, filter_edges, hz_to_mel, mel_to_hz


@pytest.mark.parametrize("scale", ["slaney", "htk"])
@pytest.mark.parametrize("hz", [0.0, 440.0, 999.9, 1000.0, 7600.0])
def test_scale_is_librosas(hz, scale):
    mel = hz_to_mel(hz, scale)
    assert mel == pytest.approx(librosa.hz_to_mel(hz, htk=scale == "htk"), abs=1e-9)
    assert mel_to_hz(mel, scale) == pytest.approx(hz, abs=1e-9)


@pytest.mark.parametrize("scale", ["slaney", "htk"])
def test_edges_are_librosas(scale):
    expected = librosa.mel_frequencies(n_mels=42, fmin=50, fmax=7000, htk=scale == "htk")
    np.testing.assert_allclose(filter_edges(40, 50, 7000, scale), expected, rtol=1e-12)


@pytest.mark.filterwarnings("ignore:Empty filters")
@pytest.mark.parametrize("scale", ["slaney", "htk"])
@pytest.mark.parametrize(("sample_rate", "n_fft"), [(16000, 512), (16000, 400), (8000, 256), (22050, 1024)])
@pytest.mark.parametrize("n", [20, 40, 64, 80, 128])
def test_empty_where_librosa_is_empty(n, sample_rate, n_fft, scale):
    filters = librosa.filters.mel(sr=sample_rate, n_fft=n_fft, n_mels=n, htk=scale == "htk")
    found = empty_filter(n, 0, sample_rate / 2, scale, sample_rate=sample_rate, n_fft=n_fft)
    assert (found is not None) == bool((filters.max(axis=1) == 0).any())
