"""Numbers that stand beside a spectrogram: three measures of the waveform, and covariates."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from harness_cough.features.parameters import SideVectorParameters
from harness_cough.features.silence import without_silence


class SideVector(nn.Module):
    """``[batch, samples]`` and covariates → ``[batch, 1, 3 + 2 · covariates, 1]``, a side vector for ``stack``.

    1. Mean over the frames of the zero-crossing rate (a share), the RMS (full scale is 1) and the spectral centroid
       (Hz), as ``librosa.feature`` has them with its defaults; they agree with librosa 0.11 within 1e-4 of their value.
    2. For each covariate its value and 1, or 0 and 0 where it is not known. Scaling is left to the scaler.

    Frames whose centre lies in the zero padding do not count: the harness gives the seconds of audio of each row as
    the covariate ``duration_s``; with ``silence_db`` the samples that are left count.
    """

    window: Tensor
    hertz: Tensor

    def __init__(self, parameters: SideVectorParameters) -> None:
        super().__init__()
        self.settings = parameters
        self.covariates = ("duration_s", *parameters.covariates)
        n_fft, rate = parameters.frame_length, parameters.sample_rate
        self.register_buffer("window", torch.hann_window(n_fft), persistent=False)
        self.register_buffer("hertz", torch.arange(n_fft // 2 + 1) * (rate / n_fft), persistent=False)

    def forward(self, waveform: Tensor, values: Tensor | None = None) -> Tensor:
        if values is None:
            values = waveform.new_full((len(waveform), len(self.covariates)), torch.nan)
        values = values.to(waveform)
        audio, left = without_silence(waveform, self.settings)
        n = audio.shape[-1]
        if left is None:
            seconds = values[:, 0].nan_to_num(nan=torch.inf)
            left = (seconds * self.settings.sample_rate).round().clamp(max=n)
        known = ~values[:, 1:].isnan()
        flagged = torch.stack([values[:, 1:].nan_to_num(), known.to(values)], dim=2).flatten(1)
        return torch.cat([self.measures(audio, left), flagged], dim=1)[:, None, :, None]

    def measures(self, waveform: Tensor, samples: Tensor) -> Tensor:
        """Return zero-crossing rate, RMS and centroid, ``[batch, 3]``, of the first ``samples [batch]`` samples."""
        p, half = self.settings, self.settings.frame_length // 2
        ends = nn.functional.pad(waveform[:, None], (half, half), mode="replicate")[:, 0]
        frames = nn.functional.pad(waveform, (half, half)).unfold(-1, p.frame_length, p.hop_length)
        by_frame = torch.stack(
            [
                _crossings(ends.unfold(-1, p.frame_length, p.hop_length)),
                frames.square().mean(dim=-1).sqrt(),
                self._centroid(frames),
            ],
            dim=1,
        )
        centres = torch.arange(by_frame.shape[-1], device=waveform.device) * p.hop_length
        counts = (centres <= samples[:, None]).to(by_frame)[:, None]
        return (by_frame * counts).sum(dim=-1) / counts.sum(dim=-1)

    def _centroid(self, frames: Tensor) -> Tensor:
        magnitude = torch.fft.rfft(frames * self.window).abs()
        total = magnitude.sum(dim=-1).clamp(min=torch.finfo(magnitude.dtype).tiny)
        return (magnitude * self.hertz).sum(dim=-1) / total


def _crossings(frames: Tensor) -> Tensor:
    """Return the share of the samples of ``[…, samples]`` whose sign is not that of the one before; 0 is positive."""
    negative = frames < -1e-10  # librosa takes what is smaller for zero
    return (negative[..., 1:] != negative[..., :-1]).float().sum(dim=-1) / frames.shape[-1]
