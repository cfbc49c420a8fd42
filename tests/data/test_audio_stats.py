"""Statistics of a clip against librosa, closed forms, and known signals."""

from __future__ import annotations

import math

import librosa
import numpy as np
import pytest
from scipy.signal import welch

from harness.data.audio_stats import BLOCK, FLOOR, Bandwidths, ClipStatistics, bandwidth_hz, snr_db
from harness.data.decode import resample

RATE = 16000
rng = np.random.default_rng(0)


def test_bandwidth_agrees_with_librosas_roll_off_of_the_mean_spectrum():
    noise = np.convolve(rng.standard_normal(RATE), np.hanning(9), mode="same").astype("float32")
    power = np.abs(librosa.stft(noise, n_fft=1024, hop_length=512, center=False)) ** 2
    mean = power.mean(axis=1, keepdims=True)
    reference = librosa.feature.spectral_rolloff(S=mean, sr=RATE, roll_percent=0.99)[0, 0]
    assert bandwidth_hz(noise, RATE) == pytest.approx(reference, abs=2 * RATE / 1024)


def test_bandwidth_of_white_noise_and_of_a_tone():
    assert bandwidth_hz(rng.standard_normal(RATE), RATE) == pytest.approx(0.99 * RATE / 2, rel=0.01)
    tone = np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    assert bandwidth_hz(tone, RATE) == pytest.approx(440, abs=2 * RATE / 1024)
    assert bandwidth_hz(tone + 0.5, RATE) == pytest.approx(440, abs=2 * RATE / 1024)


def test_bandwidth_shows_a_former_rate():
    narrow = resample(rng.standard_normal(8000).astype("float32"), 8000, RATE)
    assert 3600 < bandwidth_hz(narrow, RATE) <= 4050


def test_bandwidth_of_very_short_clips():
    assert math.isfinite(bandwidth_hz(rng.standard_normal(20), RATE))
    assert math.isnan(bandwidth_hz(np.ones(1), RATE))


@pytest.mark.parametrize("ratio", [10.0, 30.0, 50.0])
def test_snr_of_bursts_over_noise_is_the_ratio_of_levels(ratio):
    values = rng.standard_normal(4 * RATE) * 0.001
    values[RATE : 3 * RATE] *= 10 ** (ratio / 20)
    assert snr_db(values, RATE) == pytest.approx(ratio, abs=1.0)


def test_snr_has_a_ceiling_and_a_floor():
    half = np.concatenate([np.full(RATE, 0.5), np.zeros(RATE)])
    assert snr_db(half, RATE) == pytest.approx(10 * math.log10(0.25 / FLOOR))
    assert snr_db(np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE), RATE) == pytest.approx(0, abs=0.01)
    assert math.isnan(snr_db(np.ones(4 * 320), RATE))


def test_clip_statistics():
    statistics = ClipStatistics()
    statistics.add(rng.standard_normal(12000), 8000)
    (found,) = statistics.finish()
    assert (found["duration_s"], found["sample_rate_hz"]) == (1.5, 8000.0)
    assert set(found) == {"duration_s", "sample_rate_hz", "bandwidth_hz", "snr_db"}


def test_bandwidths_of_many_clips_are_those_of_scipys_welch():
    lengths = [1, 2, 700, 1023, 1024, 1025, 1536, 5000, BLOCK, BLOCK + 1, 3 * BLOCK + 77, 16000, 16000, 16000]
    bandwidths, expected = Bandwidths(), []
    for i, n in enumerate(lengths * 3):
        rate = (8000, 44100)[i % 2]
        samples = np.convolve(rng.standard_normal(n), np.hanning(3 + i % 20), mode="same")[:n] + 0.1
        samples = samples.astype("float32")
        bandwidths.add(samples, rate)
        frequencies, power = welch(samples, rate, nperseg=min(1024, n), scaling="spectrum")
        energy = np.cumsum(power, dtype=np.float64)
        expected.append(
            frequencies[np.searchsorted(energy, 0.99 * energy[-1])] if energy[-1] > 0 else math.nan
        )
    np.testing.assert_allclose(bandwidths.finish(), expected)
