"""Logarithmic mel spectrogram."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from harness.api import shared
from harness_audio.features.filterbank import mel_filterbank
from harness_audio.features.parameters import LogMelParameters, MelParameters


class MelDecibels(nn.Module):
    """Mel spectrogram in decibels: ``[batch, samples]`` → ``[batch, 1, n_mels, frames]``, float32.

    Centred frames, zero padding at the ends and a periodic Hann window, as ``librosa.feature.melspectrogram``
    has them; then ``20/power · log10(max(S, floor))``, cut at ``top_db`` below the maximum of each clip, as
    ``librosa.power_to_db`` does with ``ref=1`` (or, as ``ref`` says, ``np.max``). Agrees with librosa
    0.11 within 1e-4 dB down to 40 dB below a clip's maximum and within 0.02 dB down to 80 dB, where both are
    at the resolution of float32. ``frames = 1 + samples // hop``.
    """

    filters: Tensor
    window: Tensor

    def __init__(self, parameters: MelParameters) -> None:
        super().__init__()
        self.settings = "mel", *(getattr(parameters, name) for name in MelParameters.model_fields)
        self.power = parameters.power
        self.db_a_decade = 20.0 / parameters.power
        self.floor, self.top_db = parameters.floor, parameters.top_db
        self.relative = parameters.ref == "max"
        self.hop, self.n_fft = parameters.hop_samples, parameters.fft_samples
        filters = mel_filterbank(
            sample_rate=parameters.sample_rate,
            n_fft=self.n_fft,
            n_filters=parameters.n_mels,
            f_min=parameters.f_min,
            f_max=parameters.f_max,
            scale=parameters.mel_scale,
            norm=parameters.mel_norm,
        ).T
        if self.power == 2:  # |z|² = re² + im²: the product with the filters makes the sum
            filters = filters.repeat_interleave(2, dim=0)
        window = torch.hann_window(parameters.window_samples)
        left = (self.n_fft - len(window)) // 2
        window = nn.functional.pad(window, (left, self.n_fft - len(window) - left))
        self.register_buffer("filters", filters.contiguous(), persistent=False)
        self.register_buffer("window", window, persistent=False)

    def forward(self, waveform: Tensor) -> Tensor:
        return self.decibels(waveform).transpose(1, 2).unsqueeze(1).contiguous()

    def decibels(self, waveform: Tensor) -> Tensor:
        """Return the mel spectrogram in decibels, ``[batch, frames, n_mels]``."""
        decibels = self.mel(waveform).clamp(min=self.floor).log10() * self.db_a_decade
        if self.top_db is None and not self.relative:
            return decibels
        loudest = decibels.amax(dim=(1, 2), keepdim=True)
        if self.top_db is not None:
            decibels = torch.maximum(decibels, loudest - self.top_db)
        return decibels - loudest if self.relative else decibels

    def mel(self, waveform: Tensor) -> Tensor:
        """Return the mel spectrogram, ``[batch, frames, n_mels]``; features of equal settings share it."""
        return shared(waveform, self.settings, lambda: self._mel(waveform))

    def _mel(self, waveform: Tensor) -> Tensor:
        half = self.n_fft // 2
        frames = nn.functional.pad(waveform, (half, half)).unfold(-1, self.n_fft, self.hop) * self.window
        spectrum = torch.fft.rfft(frames)
        if self.power == 2:
            return torch.view_as_real(spectrum).flatten(2).square_() @ self.filters
        return spectrum.abs().pow(self.power) @ self.filters


class LogMel(MelDecibels):
    """Log-mel spectrogram in decibels, or as the natural logarithm of the same values, cut at the same place.

    Davis & Mermelstein 1980, "Comparison of parametric representations for monosyllabic word recognition".
    """

    def __init__(self, parameters: LogMelParameters) -> None:
        super().__init__(parameters)
        self.scale = 1.0 if parameters.log == "db" else math.log(10.0) / self.db_a_decade

    def forward(self, waveform: Tensor) -> Tensor:
        return super().forward(waveform) * self.scale
