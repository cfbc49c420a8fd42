"""Statistics of one clip's audio, from its decoded samples at their own rate."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

#: Share of the energy below the bandwidth.
ROLL_OFF = 0.99
#: Length of the frames whose energies are compared, s; they follow each other without overlap.
FRAME_S = 0.02
#: Percentiles of the frames' energies that stand for signal and for noise.
LOUD, QUIET = 95.0, 10.0
#: Energy of the rounding error of 16-bit audio: a quiet frame cannot count as less.
FLOOR = (2.0**-15) ** 2 / 12
MIN_FRAMES = 5
#: Samples whose spectra are computed together.
BLOCK = 2**17


class ClipStatistics:
    """``duration_s``, ``sample_rate_hz``, ``bandwidth_hz``, ``snr_db`` of clips: :meth:`add` them, :meth:`finish`."""

    def __init__(self) -> None:
        self._found: list[dict[str, float]] = []
        self._bandwidths = Bandwidths()

    def add(self, samples: np.ndarray, rate: int) -> None:
        """Add the next clip's ``samples [samples]``."""
        self._bandwidths.add(samples, rate)
        self._found.append(
            {
                "duration_s": len(samples) / rate,
                "sample_rate_hz": float(rate),
                "snr_db": snr_db(samples, rate),
            }
        )

    def finish(self) -> list[dict[str, float]]:
        """Return the statistics of all clips."""
        for values, bandwidth in zip(self._found, self._bandwidths.finish(), strict=True):
            values["bandwidth_hz"] = bandwidth
        return self._found


class Bandwidths:
    """The bandwidths of clips: the frequency below which 99 % of the energy lies, the roll-off of the mean spectrum.

    ``P(f)`` is Welch's mean power spectrum (Hann windows of ``window`` samples, or of the whole clip if it is
    shorter, half overlapped, each one's mean removed), as ``scipy.signal.welch`` has it; the bandwidth is
    ``min {f : Σ_{g ≤ f} P(g) ≥ 0.99 · Σ_g P(g)}``, in Hz, in steps of ``rate / window``. NaN where there is no energy.
    A recording that was once compressed or at a lower rate shows a bandwidth well below half its sample rate.

    Windows of several clips are transformed together, by torch, which is ten times faster.
    """

    def __init__(self, window: int = 1024) -> None:
        self.window, self.hop = window, window // 2
        self._found: list[float] = []
        self._samples = np.zeros(BLOCK, dtype=np.float32)
        self._waiting: list[tuple[int, int, int]] = []  # of every clip in the block: place, frames, rate
        self._filled = 0

    def add(self, samples: np.ndarray, rate: int) -> None:
        """Add the next clip's ``samples [samples]``."""
        n = len(samples)
        if not self.window <= n <= BLOCK:
            self._flush()
            self._found.append(self._alone(samples, rate))
            return
        room = -(-n // self.hop) * self.hop  # clips start at whole hops: one grid of frames fits them all
        if self._filled + room > BLOCK:
            self._flush()
        self._samples[self._filled : self._filled + n] = samples
        self._waiting.append((self._filled // self.hop, 1 + (n - self.window) // self.hop, rate))
        self._filled += room

    def finish(self) -> list[float]:
        """Return the bandwidths of all clips, Hz."""
        self._flush()
        return self._found

    def _flush(self) -> None:
        import torch

        if not self._waiting:
            return
        energies = _energies(self._samples[: self._filled], self.window)
        owner = torch.zeros(len(self._waiting), len(energies))
        for clip, (first, frames, _) in enumerate(self._waiting):
            owner[clip, first : first + frames] = 1.0  # and no clip owns the frames between two
        sums = (owner @ energies).numpy()
        self._found += _roll_off(sums, [rate for *_, rate in self._waiting], self.window)
        self._waiting, self._filled = [], 0

    def _alone(self, samples: np.ndarray, rate: int) -> float:
        """Return the bandwidth of a clip that is shorter than a window or longer than a block."""
        length = min(self.window, len(samples))
        step = BLOCK // self.hop * self.hop
        parts = (samples[start : start + step + length // 2] for start in range(0, len(samples), step))
        energies = [_energies(part, length).sum(dim=0).numpy() for part in parts if len(part) >= length]
        return _roll_off(np.sum(energies, axis=0)[None], [rate], length)[0]


def bandwidth_hz(samples: np.ndarray, rate: int, *, window: int = 1024) -> float:
    """Return the bandwidth of one clip, Hz; see :class:`Bandwidths`."""
    bandwidths = Bandwidths(window)
    bandwidths.add(samples, rate)
    return bandwidths.finish()[0]


def _energies(samples: np.ndarray, length: int) -> Tensor:
    """Return the squared real and imaginary parts, in turns, of the spectra of half overlapped frames.

    ``[samples]`` to ``[frames, 2 · (length // 2 + 1)]``.
    """
    import torch

    waveform = torch.from_numpy(np.ascontiguousarray(samples, dtype=np.float32))
    frames = waveform.unfold(0, length, max(1, length - length // 2))
    frames = (frames - frames.mean(dim=1, keepdim=True)).mul_(_hann(length))
    return torch.view_as_real(torch.fft.rfft(frames)).flatten(1).square_()


def _roll_off(energies: np.ndarray, rates: list[int], length: int) -> list[float]:
    """Return the bandwidths, Hz, from ``energies [clips, 2 · (length // 2 + 1)]`` of windows of ``length``."""
    power = energies[:, 0::2].astype(float) + energies[:, 1::2]
    power[:, 1 : (length + 1) // 2] *= 2  # the negative frequencies, which zero and Nyquist do not have
    below = np.cumsum(power, axis=1)
    places = (below < ROLL_OFF * below[:, -1:]).sum(axis=1)
    return [
        float(np.fft.rfftfreq(length, 1 / rate)[place]) if total > 0 else math.nan
        for place, rate, total in zip(places, rates, below[:, -1], strict=True)
    ]


@cache
def _hann(length: int) -> Tensor:
    import torch

    return torch.hann_window(length)


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
