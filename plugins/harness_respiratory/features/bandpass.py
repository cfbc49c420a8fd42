"""Butterworth band-pass of a batch of waveforms, by its frequency response."""

from __future__ import annotations

import math

import numpy as np
import torch
from scipy import fft, signal
from torch import Tensor, nn

from harness.api import shared
from harness_respiratory.features.parameters import BandParameters

#: Where the filter's impulse response counts as over.
_DECAY = 1e-7


class BandPass(nn.Module):
    r"""``[batch, samples]`` → ``[batch, samples]``, float32.

    The response :math:`H` of the Butterworth filter multiplies the Fourier transform of the zero-extended clip, so
    that nothing wraps around: with ``zero_phase`` as :math:`|H|^2` (``scipy.signal.sosfiltfilt`` of the zero-extended
    clip), else as :math:`H` (``scipy.signal.sosfilt``). Agrees with both within 1e-5 of full scale. An edge that is
    Nyquist or more is left out: 60–2000 Hz at 4 kHz is a high-pass at 60 Hz. Features of equal bands share it.

    Ngo et al. 2023, section on pre-processing (60–2000 Hz); order and phase are not told there.
    """

    response: Tensor

    def __init__(self, parameters: BandParameters) -> None:
        super().__init__()
        self.settings = "band", *(getattr(parameters, name) for name in BandParameters.model_fields)
        self.n_fft = 0
        zeros, poles, gain = _design(parameters)
        if zeros is None:
            return
        tail = math.ceil(math.log(_DECAY) / math.log(np.abs(poles).max()))
        self.n_fft = fft.next_fast_len(parameters.samples + tail, real=True)
        omega = 2 * np.pi * np.arange(self.n_fft // 2 + 1) / self.n_fft
        response = signal.freqz_zpk(zeros, poles, gain, worN=omega)[1]
        kept = (
            (np.abs(response) ** 2).astype(np.float32)
            if parameters.zero_phase
            else response.astype(np.complex64)
        )
        self.register_buffer("response", torch.from_numpy(kept), persistent=False)

    def forward(self, waveform: Tensor) -> Tensor:
        if not self.n_fft:
            return waveform
        return shared(waveform, self.settings, lambda: self._filter(waveform))

    def _filter(self, waveform: Tensor) -> Tensor:
        spectrum = torch.fft.rfft(waveform, n=self.n_fft) * self.response
        return torch.fft.irfft(spectrum, n=self.n_fft)[..., : waveform.shape[-1]].contiguous()


def _design(parameters: BandParameters) -> tuple[np.ndarray | None, np.ndarray, float]:
    """Return zeros, poles and gain of the filter; zeros are ``None`` where both sides are open."""
    low, high = parameters.band
    if low is None and high is None:
        return None, np.empty(0), 1.0
    kind = "band" if low and high else "high" if low else "low"
    edges = [edge for edge in (low, high) if edge is not None]
    zeros, poles, gain = signal.butter(
        parameters.band_order,
        edges if len(edges) == 2 else edges[0],
        kind,
        output="zpk",
        fs=parameters.sample_rate,
    )
    return zeros, poles, float(gain)
