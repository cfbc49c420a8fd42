"""Spectrogram in decibels, linear in frequency."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from harness_cough.features.parameters import SpectrogramParameters
from harness_cough.features.silence import without_silence


class Spectrogram(nn.Module):
    """Magnitude of the short-time Fourier transform in decibels: ``[batch, samples]`` → ``[batch, 1, bins, frames]``.

    ``20 · log10(max(|STFT|, floor))``, cut at ``top_db`` below the maximum of each clip, as
    ``librosa.amplitude_to_db`` with ``ref=1`` has it; centred frames, zero padding, periodic Hann window. Agrees with
    librosa 0.11 within 0.01 dB. ``bins = 1 + n_fft // 2``, ``frames = 1 + samples // hop``. With ``silence_db`` silence
    is removed first, and the clip cut or zero-padded to ``keep_s``.
    """

    window: Tensor

    def __init__(self, parameters: SpectrogramParameters) -> None:
        super().__init__()
        self.settings = parameters
        window = torch.hann_window(parameters.window_samples)
        left = (parameters.fft_samples - len(window)) // 2
        window = nn.functional.pad(window, (left, parameters.fft_samples - len(window) - left))
        self.register_buffer("window", window, persistent=False)

    def forward(self, waveform: Tensor) -> Tensor:
        p = self.settings
        waveform, _ = without_silence(waveform, p)
        padded = nn.functional.pad(waveform, (p.fft_samples // 2, p.fft_samples // 2))
        frames = padded.unfold(-1, p.fft_samples, p.hop_samples) * self.window
        decibels = 20 * torch.fft.rfft(frames).abs().clamp(min=p.floor).log10()
        if p.top_db is not None:
            decibels = torch.maximum(decibels, decibels.amax(dim=(1, 2), keepdim=True) - p.top_db)
        return decibels.transpose(1, 2)[:, None].contiguous()
