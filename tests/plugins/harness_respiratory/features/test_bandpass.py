"""The band-pass is SciPy's Butterworth filter of the zero-extended clip."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import signal

from harness.bases.feature import one_batch
from harness_respiratory.features.bandpass import BandPass
from harness_respiratory.features.parameters import BandParameters
from tests.plugins.harness_respiratory.features.sounds import wheezes


def reference(waves: np.ndarray, parameters: BandParameters) -> np.ndarray:
    low, high = parameters.band
    kind, edge = (
        ("highpass", low) if high is None else ("lowpass", high) if low is None else ("bandpass", (low, high))
    )
    sos = signal.butter(parameters.band_order, edge, kind, output="sos", fs=parameters.sample_rate)
    if not parameters.zero_phase:
        return signal.sosfilt(sos, waves.astype(float))
    ends = 4000
    extended = np.pad(waves.astype(float), ((0, 0), (ends, ends)))
    return signal.sosfiltfilt(sos, extended, padtype=None)[:, ends:-ends]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"zero_phase": False},
        {"band_order": 2, "band_high_hz": 900.0},
        {"band_order": 6, "band_low_hz": 100.0, "band_high_hz": 1500.0, "zero_phase": False},
        {"band_low_hz": None, "band_high_hz": 700.0},
        {"sample_rate": 16000, "band_order": 5},
    ],
)
def test_agrees_with_scipy(values):
    parameters = BandParameters(clip_s=2.0, **values)
    waves = wheezes(parameters.sample_rate)
    filtered = BandPass(parameters)(torch.from_numpy(waves))
    assert filtered.shape == waves.shape
    assert filtered.dtype == torch.float32
    np.testing.assert_allclose(filtered.numpy(), reference(waves, parameters), atol=1e-5)


def test_2000_hz_at_4_khz_is_a_high_pass():
    assert BandParameters().band == (60.0, None)
    assert BandParameters(sample_rate=8000).band == (60.0, 2000.0)


def test_no_edges_leave_the_clip_as_it_is():
    waves = torch.from_numpy(wheezes())
    assert BandPass(BandParameters(clip_s=2.0, band_low_hz=None))(waves) is waves


def test_equal_bands_are_computed_once_a_batch():
    waves = torch.from_numpy(wheezes())
    one, other = BandPass(BandParameters(clip_s=2.0)), BandPass(BandParameters(clip_s=2.0))
    lower = BandPass(BandParameters(clip_s=2.0, band_low_hz=30.0))
    with one_batch():
        assert one(waves) is other(waves)
        assert one(waves) is not lower(waves)


def test_a_band_without_width_is_an_error():
    with pytest.raises(ValueError, match=r"band_low_hz 500 must be below 300 Hz"):
        BandParameters(band_low_hz=500.0, band_high_hz=300.0)
