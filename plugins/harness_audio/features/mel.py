"""Mel scales and triangular filters in plain Python, so that parameters are checked without loading torch."""

from __future__ import annotations

import math
from typing import Literal

MelScale = Literal["slaney", "htk"]

# Slaney's Auditory Toolbox: linear below 1 kHz, logarithmic above, 27 steps from 1 to 6.4 kHz.
_HZ_A_MEL = 200.0 / 3.0
_LOG_START_HZ = 1000.0
_LOG_STEP = math.log(6.4) / 27.0


def hz_to_mel(hz: float, scale: MelScale) -> float:
    """Return the mel of a frequency in Hz on the "slaney" or the "htk" scale."""
    if scale == "htk":
        return 2595.0 * math.log10(1.0 + hz / 700.0)
    if hz < _LOG_START_HZ:
        return hz / _HZ_A_MEL
    return _LOG_START_HZ / _HZ_A_MEL + math.log(hz / _LOG_START_HZ) / _LOG_STEP


def mel_to_hz(mel: float, scale: MelScale) -> float:
    """Return the frequency in Hz of a mel; the inverse of :func:`hz_to_mel`."""
    if scale == "htk":
        return 700.0 * (10.0 ** (mel / 2595.0) - 1.0)
    start = _LOG_START_HZ / _HZ_A_MEL
    return mel * _HZ_A_MEL if mel < start else _LOG_START_HZ * math.exp(_LOG_STEP * (mel - start))


def filter_edges(n_filters: int, f_min: float, f_max: float, scale: MelScale) -> list[float]:
    """Return the ``n_filters + 2`` edges, Hz; filter ``i`` is a triangle over edges ``i`` to ``i + 2``."""
    low, high = hz_to_mel(f_min, scale), hz_to_mel(f_max, scale)
    step = (high - low) / (n_filters + 1)
    return [mel_to_hz(low + i * step, scale) for i in range(n_filters + 2)]


def empty_filter(
    n_filters: int, f_min: float, f_max: float, scale: MelScale, *, sample_rate: int, n_fft: int
) -> tuple[float, float] | None:
    """Return the lower and upper edge, Hz, of the first filter without a frequency bin, or ``None``."""
    edges = filter_edges(n_filters, f_min, f_max, scale)
    spacing = sample_rate / n_fft
    for lower, upper in zip(edges, edges[2:]):
        first_bin_inside = math.floor(lower / spacing) + 1
        if first_bin_inside * spacing >= upper or first_bin_inside > n_fft // 2:
            return lower, upper
    return None


def check_filters(
    n_filters: int,
    f_min: float,
    f_max: float | None,
    scale: MelScale,
    *,
    sample_rate: int,
    n_fft: int,
    name: str,
) -> None:
    """Raise ValueError when the band does not fit below Nyquist, or a filter holds no frequency bin.

    ``name`` is the parameter that holds ``n_filters``.
    """
    nyquist = sample_rate / 2
    top = nyquist if f_max is None else f_max
    if top > nyquist:
        raise ValueError(f"f_max {top:g} Hz is above the Nyquist frequency {nyquist:g} Hz (sample_rate / 2)")
    if f_min >= top:
        raise ValueError(f"f_min {f_min:g} Hz must be below f_max {top:g} Hz")
    empty = empty_filter(n_filters, f_min, top, scale, sample_rate=sample_rate, n_fft=n_fft)
    if empty is None:
        return
    fitting = (
        n
        for n in range(n_filters - 1, 0, -1)
        if empty_filter(n, f_min, top, scale, sample_rate=sample_rate, n_fft=n_fft) is None
    )
    raise ValueError(
        f"{name} {n_filters} is too large: a filter from {empty[0]:.1f} to {empty[1]:.1f} Hz holds no "
        f"frequency bin (n_fft {n_fft} at {sample_rate} Hz: bins {sample_rate / n_fft:.1f} Hz apart); "
        f"at most {next(fitting, 0)} filters fit, or take a larger n_fft"
    )
