"""Wavelets that are transformed at one rate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from harness_respiratory.features.parameters import SpectrogramParameters

#: A wavelet is cut where it is below this part of its peak.
_CUT = 1e-5


class Bands(nn.Module):
    """Wavelets ``[wavelets, length]`` of a spectrum's bins from ``starts [wavelets]`` on: rows ``first …`` of a result.

    The inverse transform of ``length`` of a spectrum's bins gives the band's complex envelope, turned by a carrier that
    does not change its magnitude, at ``length`` places in the whole time (``size`` samples): those in the middle of
    ``length`` equal stretches.
    """

    wavelets: Tensor
    starts: Tensor
    shift: Tensor

    def __init__(self, first: int, starts: np.ndarray, wavelets: np.ndarray, size: int) -> None:
        super().__init__()
        middle = (size // wavelets.shape[1] - 1) / 2
        shift = np.exp(2j * np.pi * middle * np.arange(size // 2 + 1) / size).astype(np.complex64)
        self.register_buffer("shift", torch.from_numpy(shift), persistent=False)
        self.first = first
        self.register_buffer("starts", torch.from_numpy(starts.astype(np.int64)), persistent=False)
        self.register_buffer("wavelets", torch.from_numpy(wavelets.astype(np.float32)), persistent=False)

    def fill(self, cells: Tensor, spectrum: Tensor, chunk: int) -> None:
        """Put the mean magnitude of each cell of time into ``cells [rows, bins, cells]``.

        ``spectrum [rows, bins of the transform]``; at most about ``chunk`` complex numbers are made at once.
        """
        n, length = self.wavelets.shape
        windows = nn.functional.pad(spectrum * self.shift, (0, length)).unfold(-1, length, 1)
        step = max(1, chunk // (length * len(spectrum)))
        for at in range(0, n, step):
            part = windows[:, self.starts[at : at + step]] * self.wavelets[at : at + step]
            magnitude = torch.fft.ifft(part).abs()
            means = magnitude.unflatten(-1, (cells.shape[-1], -1)).mean(-1)
            cells[:, self.first + at : self.first + at + len(part[0])] = means


def make_bands(
    parameters: SpectrogramParameters, wavelet: Callable[[np.ndarray], np.ndarray], size: int, cell: int
) -> nn.ModuleList:
    """Return the wavelets of all frequencies for a transform of ``size`` samples, those of one length together.

    A length is ``size`` over a power of two that is at most ``cell``, and no shorter than the wavelet's band.
    """
    centres = np.geomspace(parameters.f_min, parameters.top_hz, parameters.bins)
    hertz = np.arange(size // 2 + 1) * parameters.sample_rate / size
    values = wavelet(hertz / centres[:, None])
    starts, lengths = _extents(values, size, cell)
    bands = []
    for length in sorted(set(lengths)):
        rows = np.flatnonzero(lengths == length)
        picked = np.pad(values[rows], ((0, 0), (0, length)))
        columns = starts[rows, None] + np.arange(length)
        cut = np.take_along_axis(picked, columns, axis=1) * (length / size)
        bands.append(Bands(int(rows[0]), starts[rows], cut, size))
    return nn.ModuleList(bands)


def _extents(values: np.ndarray, size: int, cell: int) -> tuple[np.ndarray, np.ndarray]:
    """Return where each wavelet's band begins, and the length of its transform; wider bands have longer ones."""
    above = values > _CUT * values.max(axis=1, keepdims=True)
    starts = above.argmax(axis=1)
    widths = values.shape[1] - above[:, ::-1].argmax(axis=1) - starts
    choices = size // (cell // 2 ** np.arange(cell.bit_length()))
    lengths = choices[np.searchsorted(choices, np.maximum.accumulate(widths))]
    return starts, lengths
