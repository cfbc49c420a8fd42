"""Logarithmic filterbank."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from harness.api import torchaudio
from harness_audio.features.filterbank import mel_filterbank
from harness_audio.features.parameters import LogbankParameters


class Logbank(nn.Module):
    """Log filterbank: ``[batch, samples]`` → ``[batch, 1, n_filters, frames]``, float32.

    1. Pre-emphasis ``y[t] = x[t] − a·x[t−1]``, ``y[0] = x[0]``.
    2. Whole frames of ``win_ms`` every ``hop_ms`` from the first sample on, not centred (a clip shorter than
       a window is padded with zeros to one frame), under a Hamming window; periodogram ``|rfft(frame,
       n_fft)|² / n_fft``.
    3. Triangular mel filters of peak 1; natural logarithm of ``max(energy, floor)`` (Young et al., The HTK
       Book, 5.4).

    ``frames = 1 + (samples − window) // hop``. The defaults are 24 filters, 30 ms, 10 ms, n_fft 512 and
    pre-emphasis 0.97.
    """

    filters: Tensor
    window: Tensor

    def __init__(self, parameters: LogbankParameters) -> None:
        super().__init__()
        self.hop, self.n_fft = parameters.hop_samples, parameters.fft_samples
        self.pre_emphasis, self.floor = parameters.pre_emphasis, parameters.floor
        filters = mel_filterbank(
            sample_rate=parameters.sample_rate,
            n_fft=self.n_fft,
            n_filters=parameters.n_filters,
            f_min=parameters.f_min,
            f_max=parameters.f_max,
            scale=parameters.mel_scale,
            norm=None,
        )
        window = torch.hamming_window(parameters.window_samples, periodic=False)
        self.register_buffer("filters", filters, persistent=False)
        self.register_buffer("window", window, persistent=False)

    def forward(self, waveform: Tensor) -> Tensor:
        return self.logbank(waveform).unsqueeze(1)

    def logbank(self, waveform: Tensor) -> Tensor:
        """Return the log filterbank energies, ``[batch, n_filters, frames]``."""
        emphasised = torchaudio.functional.preemphasis(waveform, self.pre_emphasis)
        missing = max(0, len(self.window) - waveform.shape[-1])
        frames = nn.functional.pad(emphasised, (0, missing)).unfold(-1, len(self.window), self.hop)
        power = torch.fft.rfft(frames * self.window, n=self.n_fft).abs().square() / self.n_fft
        return (self.filters @ power.transpose(-1, -2)).clamp(min=self.floor).log()
