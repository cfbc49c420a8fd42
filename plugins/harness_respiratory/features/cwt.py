"""Continuous wavelet transform: magnitudes, averaged over frames."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from scipy import fft
from torch import Tensor, nn

from harness_respiratory.features.bandpass import BandPass
from harness_respiratory.features.bands import Bands, make_bands
from harness_respiratory.features.level import finish
from harness_respiratory.features.parameters import AmorParameters, MorseParameters, SpectrogramParameters
from harness_respiratory.features.wavelets import morlet, morse, morse_spread

#: Complex numbers that are worked on at once; what bounds the memory of a batch.
CHUNK = 1 << 20
#: A frame has at least so many of the cells that its mean is made of.
_CELLS_A_FRAME = 32


class Scalogram(nn.Module):
    r"""``[batch, samples]`` → ``[batch, 1, bins, frames]``, float32, lowest frequency first.

    :math:`|W(f, t)|`, :math:`W(f, ·) = F^{-1}[\hat x(ω) \hat ψ(ω / ω_f)]`, on ``bins`` logarithmically spaced
    frequencies from ``f_min`` to ``f_max``; the clip is reflected at its ends. Frame :math:`k` is the mean of
    :math:`|W|` over the k-th of ``frames`` equal parts of the clip (how the source resized is lost).

    A wavelet's band is narrow, so its transform is made of the part of the spectrum where the wavelet is above 1e-5 of
    its peak, at a lower rate, which leaves :math:`|W|` as it is at the samples kept. Agrees within 2e-3 of a clip's
    maximum with the means of ssqueezepy's ``cwt`` over all samples, and within 1e-5 where a frame has fewer than 64
    samples, which are all kept then.
    """

    weights: Tensor

    def __init__(
        self, parameters: SpectrogramParameters, wavelet: Callable[[np.ndarray], np.ndarray], spread: float
    ) -> None:
        super().__init__()
        self.settings = parameters
        self.band = BandPass(parameters)
        n, frames = parameters.samples, parameters.frames
        cell = 1 << max(0, int(math.log2(max(1, n // frames // _CELLS_A_FRAME))))
        reach = math.ceil(5 * spread * parameters.sample_rate / (2 * math.pi * parameters.f_min))
        self.margin = min(reach, n - 1)
        self.size = cell * fft.next_fast_len(-(-(n + 2 * self.margin) // cell))
        self.bands: nn.ModuleList = make_bands(parameters, wavelet, self.size, cell)
        edges = self.margin + n * np.arange(frames + 1) / frames
        weights = _overlaps(edges / cell, self.size // cell)
        self.register_buffer("weights", torch.from_numpy(weights.astype(np.float32)), persistent=False)

    def forward(self, waveform: Tensor) -> Tensor:
        filtered = self.band(waveform)
        rows = filtered.split(max(1, CHUNK // self.size))
        return finish(torch.cat([self._scalogram(row) for row in rows]), self.settings)

    def _scalogram(self, waveform: Tensor) -> Tensor:
        padded = nn.functional.pad(waveform, (self.margin, self.margin), mode="reflect")
        spectrum = torch.fft.rfft(padded, n=self.size)
        cells = waveform.new_empty(len(waveform), self.settings.bins, len(self.weights))
        for band in self.bands:
            assert isinstance(band, Bands)
            band.fill(cells, spectrum, CHUNK)
        return cells @ self.weights


def _overlaps(edges: np.ndarray, n: int) -> np.ndarray:
    """Return the share ``[n, parts]`` that cell ``[i, i + 1]`` has of each part between neighbouring ``edges``."""
    start = np.arange(n)[:, None]
    shared = np.minimum(start + 1, edges[1:]) - np.maximum(start, edges[:-1])
    return np.asarray(np.clip(shared, 0, None) / np.diff(edges))


class CwtMorse(Scalogram):
    """Scalogram with generalised Morse wavelets (Lilly and Olhede 2009, doi:10.1109/TSP.2008.2007607)."""

    def __init__(self, parameters: MorseParameters) -> None:
        gamma, beta = parameters.gamma, parameters.order
        super().__init__(parameters, lambda ratio: morse(ratio, gamma, beta), morse_spread(gamma, beta))


class CwtAmor(Scalogram):
    """Scalogram with analytic Morlet ("Amor") wavelets (Mallat 2009, section 4.3)."""

    def __init__(self, parameters: AmorParameters) -> None:
        omega0 = parameters.omega0
        super().__init__(parameters, lambda ratio: morlet(ratio, omega0), omega0)
