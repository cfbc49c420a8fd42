"""The scalograms are the means over frames of ssqueezepy's transform at every sample."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from harness_respiratory.features import cwt as module
from harness_respiratory.features.cwt import CwtAmor, CwtMorse
from harness_respiratory.features.parameters import AmorParameters, MorseParameters
from tests.plugins.harness_respiratory.features.sounds import wheezes


def tolerance(p) -> float:
    """Return the largest difference, relative to the largest value of the clip: less where every sample is kept."""
    return 1e-5 if p.samples // p.frames < 64 else 2e-3


SMALL = {"clip_s": 2.0, "bins": 24, "frames": 31, "f_min": 70.0, "f_max": 1500.0, "band_low_hz": None}


def frame_means(magnitude: np.ndarray, frames: int) -> np.ndarray:
    """Return the exact area average over ``frames`` equal parts of the last axis."""
    n = magnitude.shape[-1]
    sums = np.concatenate([np.zeros((*magnitude.shape[:-1], 1)), magnitude.cumsum(-1)], axis=-1)
    edges = n * np.arange(frames + 1) / frames
    at = np.stack([np.interp(edges, np.arange(n + 1), row) for row in sums])
    return np.diff(at, axis=-1) / np.diff(edges)


def transform(wave: np.ndarray, wavelet: tuple, peak_radians: float, p) -> np.ndarray:
    """Return ``|W| [bins, samples]`` of ssqueezepy at the frequencies of the feature."""
    ssqueezepy = pytest.importorskip("ssqueezepy")
    hertz = np.geomspace(p.f_min, p.top_hz, p.bins)
    scales = (peak_radians / (2 * np.pi * hertz / p.sample_rate))[::-1]  # rising, as ssqueezepy wants them
    coefficients = ssqueezepy.cwt(
        wave.astype(float), wavelet, scales=scales, padtype="reflect", astensor=False
    )[0]
    return np.abs(coefficients)[::-1]


@pytest.mark.parametrize(
    "values", [{}, {"time_bandwidth": 120.0}, {"gamma": 2.0, "beta": 9.0}, {"frames": 155}]
)
def test_morse_agrees_with_ssqueezepy(values):
    p = MorseParameters(**(SMALL | values))
    settings = {"gamma": p.gamma, "beta": p.order, "norm": "bandpass", "dtype": "float64"}
    found = CwtMorse(p)(torch.from_numpy(wheezes()))[:, 0].numpy()
    for wave, features in zip(wheezes(), found, strict=True):
        magnitude = transform(wave, ("gmw", settings), (p.order / p.gamma) ** (1 / p.gamma), p)
        expected = frame_means(magnitude, p.frames)
        np.testing.assert_allclose(features, expected, rtol=0, atol=tolerance(p) * expected.max())


@pytest.mark.parametrize("omega0", [6.0, 13.4])
def test_amor_agrees_with_ssqueezepy(omega0):
    p = AmorParameters(**SMALL, omega0=omega0)
    found = CwtAmor(p)(torch.from_numpy(wheezes()))[:, 0].numpy()
    peak = np.sqrt(2) * np.pi**0.25  # of ssqueezepy's Morlet, which has unit energy; ours is 2
    for wave, features in zip(wheezes(), found, strict=True):
        magnitude = transform(wave, ("morlet", {"mu": omega0, "dtype": "float64"}), omega0, p) * 2 / peak
        expected = frame_means(magnitude, p.frames)
        np.testing.assert_allclose(features, expected, rtol=0, atol=tolerance(p) * expected.max())


def test_amor_agrees_with_pywavelets():
    """The complex Morlet ``cmorB-C`` with B = 2 and C = ω0 / 2π; PyWavelets samples it in time: 3 % of the maximum."""
    pywt = pytest.importorskip("pywt")
    p = AmorParameters(**SMALL)
    centre = p.omega0 / (2 * np.pi)
    hertz = np.geomspace(p.f_min, p.top_hz, p.bins)
    scales = centre * p.sample_rate / hertz
    wave = wheezes(batch=1)[0]
    coefficients, _ = pywt.cwt(wave.astype(float), scales, f"cmor2.0-{centre}", precision=14)
    # PyWavelets' transform has unit energy at every scale; its wavelet's spectrum peaks at 1.
    magnitude = 2 * np.abs(coefficients) / np.sqrt(scales)[:, None]
    inside = slice(2, -2)
    found = CwtAmor(p)(torch.from_numpy(wave[None]))[0, 0].numpy()[:, inside]
    expected = frame_means(magnitude, p.frames)[:, inside]
    np.testing.assert_allclose(found, expected, rtol=0, atol=3e-2 * expected.max())


@pytest.mark.parametrize(("feature", "parameters"), [(CwtMorse, MorseParameters), (CwtAmor, AmorParameters)])
def test_a_tone_has_its_amplitude_at_its_frequency(feature, parameters):
    p = parameters(**(SMALL | {"f_min": 100.0, "f_max": 1600.0, "bins": 5}))  # 100, 200, 400, 800, 1600 Hz
    time = torch.arange(p.samples) / p.sample_rate
    features = feature(p)(0.25 * torch.sin(2 * torch.pi * 400 * time)[None])[0, 0]
    assert int(features.mean(-1).argmax()) == 2
    torch.testing.assert_close(features[2, 3:-3], torch.full((p.frames - 6,), 0.25), rtol=0, atol=1e-4)


@pytest.mark.parametrize(("clip_s", "frames"), [(10.0, 155), (15.36, 512)])
def test_sizes_of_the_source(clip_s, frames):
    p = MorseParameters(clip_s=clip_s, frames=frames, bins=6)
    assert CwtMorse(p)(torch.zeros(1, p.samples)).shape == (1, 1, 6, frames)
    assert (MorseParameters().bins, MorseParameters().frames) == (128, 155)


def test_pieces_give_what_the_whole_gives(monkeypatch):
    waves = torch.from_numpy(wheezes(batch=3))
    whole = CwtMorse(MorseParameters(**SMALL))(waves)
    monkeypatch.setattr(module, "CHUNK", 10000)
    torch.testing.assert_close(CwtMorse(MorseParameters(**SMALL))(waves), whole, rtol=0, atol=1e-6)


def test_a_clip_shorter_than_the_longest_wavelet():
    p = MorseParameters(clip_s=0.05, frames=10, bins=16, f_min=20.0)
    assert torch.isfinite(CwtMorse(p)(torch.from_numpy(wheezes(seconds=0.05)))).all()
