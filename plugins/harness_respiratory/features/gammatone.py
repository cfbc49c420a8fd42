"""Gammatone spectrogram."""

from __future__ import annotations

import math

import numpy as np
import torch
from scipy import fft
from torch import Tensor, nn

from harness_respiratory.features.bandpass import BandPass
from harness_respiratory.features.erb import decay_rates, erb_frequencies, responses
from harness_respiratory.features.level import finish
from harness_respiratory.features.parameters import GammatoneParameters

#: Complex numbers that are worked on at once; what bounds the memory of a batch.
CHUNK = 1 << 21


class Gammatone(nn.Module):
    r"""Gammatone spectrogram: ``[batch, samples]`` → ``[batch, 1, bins, frames]``, float32, lowest frequency first.

    After the band-pass, ``hop = samples // frames`` and frame :math:`k` of ``method: filters`` is
    :math:`\sqrt{\operatorname{mean}_t y^2}` of the filter's output over samples ``k·hop … (k + 1)·hop``: the
    ``gammatone`` package's ``gtgram`` with a window and a hop of ``hop`` samples. The filters' responses multiply the
    Fourier transform of the zero-extended clip; agrees with ``gtgram`` within 1e-5 of a clip's maximum.

    ``method: fft`` weights a short-time Fourier transform (Hann window of ``hop`` samples, ``fft_gtgram``), whose
    frames are centred on the same parts of the zero-extended clip; agrees within 1e-5 of the maximum as well.

    Slaney 1993, Apple Technical Report 35; Ellis 2009, "Gammatone-like spectrograms". How the source came to its 155
    and 512 frames is lost.
    """

    weights: Tensor
    window: Tensor

    def __init__(self, parameters: GammatoneParameters) -> None:
        super().__init__()
        self.settings = parameters
        self.band = BandPass(parameters)
        self.hop = parameters.samples // parameters.frames
        self.n_fft = self._transform_length()
        centres = erb_frequencies(parameters.f_min, parameters.top_hz, parameters.bins)
        omega = 2 * np.pi * np.arange(self.n_fft // 2 + 1) / self.n_fft
        weights = responses(centres, omega, parameters.sample_rate, parameters.width)
        kept = (
            weights.astype(np.complex64) if self.exact else (np.abs(weights) / self.n_fft).astype(np.float32)
        )
        self.register_buffer("weights", torch.from_numpy(kept), persistent=False)
        self.register_buffer("window", _window(self.n_fft, self.hop), persistent=False)

    @property
    def exact(self) -> bool:
        """Whether the clip is filtered, not its short-time Fourier transform weighted."""
        return self.settings.method == "filters"

    def _transform_length(self) -> int:
        p = self.settings
        if not self.exact:
            return 1 << max(1, math.ceil(math.log2(2 * self.hop)))
        slowest = decay_rates(np.array([p.f_min]), p.width)[0]
        tail = math.ceil(30 * p.sample_rate / slowest)  # t³e^(-Bt) at Bt = 30 is 2e-9 of its maximum
        return int(fft.next_fast_len(p.samples + tail, real=True))

    def forward(self, waveform: Tensor) -> Tensor:
        filtered = self.band(waveform)
        return finish(self._filters(filtered) if self.exact else self._stft(filtered), self.settings)

    def _filters(self, waveform: Tensor) -> Tensor:
        size = self.n_fft
        clips = []
        for rows in waveform.split(max(1, CHUNK // size)):
            spectrum = torch.fft.rfft(rows, n=size).unsqueeze(1)
            parts = self.weights.split(max(1, CHUNK // (size * len(rows))))
            clips.append(torch.cat([self._energy(spectrum * part) for part in parts], dim=1))
        return torch.cat(clips)

    def _energy(self, spectrum: Tensor) -> Tensor:
        """Return the root of the mean energy of each frame, ``[rows, filters, frames]``."""
        used = self.hop * self.settings.frames
        output = torch.fft.irfft(spectrum, n=self.n_fft)[..., :used]
        return output.unflatten(-1, (-1, self.hop)).square().mean(-1).sqrt()

    def _stft(self, waveform: Tensor) -> Tensor:
        frames, before = self.settings.frames, (self.n_fft - self.hop) // 2
        after = self.n_fft + (frames - 1) * self.hop - before - waveform.shape[-1]
        pieces = nn.functional.pad(waveform, (before, max(0, after))).unfold(-1, self.n_fft, self.hop)
        spectrum = torch.fft.rfft(pieces[:, :frames] * self.window).abs()
        return (spectrum @ self.weights.T).transpose(1, 2)


def _window(n_fft: int, length: int) -> Tensor:
    """Return a Hann window of ``length`` samples in the middle of ``n_fft``."""
    half = max(1, length // 2)
    distance = (torch.arange(n_fft) - n_fft // 2).abs().clamp(max=half)
    return 0.5 * (1 + torch.cos(math.pi * distance / half))
