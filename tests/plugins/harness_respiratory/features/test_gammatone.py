"""gammatone agrees with the package of that name, bin by bin."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from harness_respiratory.features import gammatone as module
from harness_respiratory.features.erb import erb_frequencies
from harness_respiratory.features.gammatone import Gammatone
from harness_respiratory.features.parameters import GammatoneParameters
from tests.plugins.harness_respiratory.features.sounds import wheezes

gtgram = pytest.importorskip("gammatone.gtgram")
fftweight = pytest.importorskip("gammatone.fftweight")

#: Largest difference, relative to the largest value of the clip.
TOLERANCE = 1e-5


def plain(**values) -> GammatoneParameters:
    return GammatoneParameters(
        **({"clip_s": 2.0, "band_low_hz": None, "band_high_hz": None, "bins": 32, "frames": 31} | values)
    )


def close(found: torch.Tensor, expected: np.ndarray) -> None:
    assert found.shape == expected.shape
    assert found.dtype == torch.float32
    np.testing.assert_allclose(found.numpy(), expected, atol=TOLERANCE * expected.max(), rtol=0)


@pytest.mark.parametrize(
    "values", [{}, {"f_min": 100.0, "f_max": 1800.0, "bins": 20}, {"sample_rate": 8000, "frames": 40}]
)
def test_filters_agree_with_gtgram(values):
    p = plain(**values)
    waves, hop_s = wheezes(p.sample_rate), (p.samples // p.frames) / p.sample_rate
    expected = np.stack(
        [
            gtgram.gtgram(wave, p.sample_rate, hop_s, hop_s, p.bins, p.f_min, p.f_max)
            for wave in waves.astype(float)
        ]
    )
    close(Gammatone(p)(torch.from_numpy(waves))[:, 0], expected[..., : p.frames])


def test_fft_agrees_with_fft_gtgram():
    p = plain(method="fft")
    waves, feature = wheezes(p.sample_rate), Gammatone(p)
    hop, n_fft = p.samples // p.frames, feature.n_fft
    before = (n_fft - hop) // 2
    padded = np.pad(waves.astype(float), ((0, 0), (before, n_fft)))
    expected = np.stack(
        [
            fftweight.fft_gtgram(
                wave, p.sample_rate, hop / p.sample_rate, hop / p.sample_rate, p.bins, p.f_min
            )
            for wave in padded
        ]
    )
    close(feature(torch.from_numpy(waves))[:, 0], expected[..., : p.frames])


@pytest.mark.parametrize(("clip_s", "frames"), [(10.0, 155), (15.36, 512)])
def test_sizes_of_the_source(clip_s, frames):
    p = GammatoneParameters(clip_s=clip_s, frames=frames, bins=6)
    assert Gammatone(p)(torch.zeros(1, p.samples)).shape == (1, 1, 6, frames)
    assert (GammatoneParameters().bins, GammatoneParameters().frames) == (128, 155)


def test_a_tone_is_loudest_at_its_own_frequency():
    p = plain(bins=64)
    centres = erb_frequencies(p.f_min, p.top_hz, p.bins)
    time = torch.arange(p.samples) / p.sample_rate
    for hz in (100.0, 400.0, 1200.0):
        energy = Gammatone(p)(torch.sin(2 * torch.pi * hz * time)[None])[0, 0].mean(-1)
        assert np.abs(np.log2(centres[int(energy.argmax())] / hz)) < 0.1


def test_pieces_give_what_the_whole_gives(monkeypatch):
    waves = torch.from_numpy(wheezes(batch=3))
    whole = Gammatone(plain())(waves)
    monkeypatch.setattr(module, "CHUNK", 20000)
    torch.testing.assert_close(Gammatone(plain())(waves), whole, rtol=0, atol=1e-7)


def test_decibels_are_of_the_same_magnitudes():
    waves = torch.from_numpy(wheezes())
    linear, decibels = Gammatone(plain())(waves), Gammatone(plain(decibels=True))(waves)
    torch.testing.assert_close(10 ** (decibels / 20), linear.clamp(min=1e-5))
