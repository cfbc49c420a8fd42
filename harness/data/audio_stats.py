"""Statistics of one clip's audio, from its decoded samples at their own rate."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

#: Share of the energy below the bandwidth.
ROLL_OFF = 0.99
#: Length of the frames whose energies are compared, s; they follow each other without overlap.
FRAME_S = 0.02
#: Percentiles of the frames' energies that stand for signal and for noise.
LOUD, QUIET = 95.0, 10.0
#: Energy of the rounding error of 16-bit audio: a quiet frame cannot count as less.
FLOOR = (2.0**-15) ** 2 / 12
MIN_FRAMES = 5
#: Frames of a spectrum that are in memory at a time.
BLOCK = 256


def clip_statistics(samples: np.ndarray, rate: int) -> dict[str, float]:
    """Return ``duration_s``, ``sample_rate_hz``, ``bandwidth_hz`` and ``snr_db`` of ``samples [samples]``."""
    return {
        "duration_s": len(samples) / rate,
        "sample_rate_hz": float(rate),
        "bandwidth_hz": bandwidth_hz(samples, rate),
        "snr_db": snr_db(samples, rate),
    }


def bandwidth_hz(samples: np.ndarray, rate: int, *, window: int = 1024) -> float:
    """Return the frequency below which 99 % of the energy lies: the spectral roll-off of the mean spectrum.

    ``P(f)`` is Welch's mean power spectrum (Hann windows of ``window`` samples, half overlapped, each one's
    mean removed); the bandwidth is ``min {f : Σ_{g ≤ f} P(g) ≥ 0.99 · Σ_g P(g)}``, in Hz, in steps of
    ``rate / window``. NaN where there is no energy. A recording that was once compressed or at a lower rate
    shows a bandwidth well below half its sample rate.
    """
    length = min(window, len(samples))
    power = _mean_power(samples, length)
    energy = np.cumsum(power, dtype=np.float64)
    if not energy[-1] > 0:
        return math.nan
    return float(np.fft.rfftfreq(length, 1 / rate)[np.searchsorted(energy, ROLL_OFF * energy[-1])])


def _mean_power(samples: np.ndarray, length: int) -> np.ndarray:
    """Return Welch's mean power spectrum of ``samples [samples]`` but for a factor, ``[length // 2 + 1]``.

    As ``scipy.signal.welch(samples, nperseg=length)`` has it, in float32 and blocks of frames, by torch: its
    Fourier transform is some times faster.
    """
    import torch

    samples = np.ascontiguousarray(samples, dtype=np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, length)[:: max(1, length - length // 2)]
    total = np.zeros(2 * (length // 2 + 1))
    for start in range(0, len(frames), BLOCK):
        block = frames[start : start + BLOCK]
        block = (block - block.mean(axis=1, keepdims=True)) * _hann(length)
        spectrum = torch.view_as_real(torch.fft.rfft(torch.from_numpy(block))).flatten(1).numpy()
        total += np.einsum("ij,ij->j", spectrum, spectrum)
    power = total.reshape(-1, 2).sum(axis=1)
    power[1 : (length + 1) // 2] *= 2  # the negative frequencies, which zero and Nyquist do not have
    return power


@cache
def _hann(length: int) -> np.ndarray:
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)


def snr_db(samples: np.ndarray, rate: int) -> float:
    """Return an estimate of the signal-to-noise ratio: loud frames' energy over quiet frames', in dB.

    With the mean squares ``e_t`` of frames of 20 ms, each at least the rounding error of 16-bit audio (−101
    dB): ``10 · log10(P95(e) / P10(e))``. It is a ratio of levels, not a calibrated signal-to-noise ratio:
    it takes the quietest tenth of the clip for noise, so it is too low for a sound without pauses (near 0
    dB for a steady tone, however clean) and near the ceiling for a clip that was padded with digital
    silence. NaN for clips shorter than five frames.
    """
    length = max(1, round(FRAME_S * rate))
    frames = len(samples) // length
    if frames < MIN_FRAMES:
        return math.nan
    values = np.asarray(samples[: frames * length], dtype=np.float64).reshape(frames, length)
    energies = np.sort(np.maximum(np.einsum("ij,ij->i", values, values) / length, FLOOR))
    return 10 * math.log10(_percentile(energies, LOUD) / _percentile(energies, QUIET))


def _percentile(ordered: np.ndarray, q: float) -> float:
    """Interpolate in sorted ``[values]``, as ``numpy.percentile`` does, which takes longer than all the rest."""
    place = q / 100 * (len(ordered) - 1)
    lower = math.floor(place)
    upper = min(lower + 1, len(ordered) - 1)
    return float(ordered[lower] + (ordered[upper] - ordered[lower]) * (place - lower))
