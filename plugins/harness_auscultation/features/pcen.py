"""Mel spectrogram with per-channel energy normalisation."""

from __future__ import annotations

import math

import librosa
import torch
from torch import Tensor, nn

from harness_auscultation.features.padding_mask import frames_with_audio
from harness_auscultation.features.parameters import PcenParameters

#: Frames that are smoothed by one matrix product.
BLOCK = 64


class Pcen(nn.Module):
    r"""Mel spectrogram under per-channel energy normalisation: ``[batch, samples]`` → ``[batch, 1, n_mels, frames]``.

    .. math:: \mathrm{PCEN} = \left(\frac{E}{(\varepsilon + M)^{\alpha}} + \delta\right)^{r} - \delta^{r}, \qquad
              M_t = (1 - b) M_{t-1} + b E_t, \quad M_{-1} = 1

    (Wang et al. 2017, "Trainable frontend for robust and far-field keyword spotting", arXiv:1607.05666, eq. 1 and 2).
    ``E`` is ``scale`` times the mel spectrogram of ``librosa.feature.melspectrogram`` (centred frames, zero padding,
    periodic Hann window); ``b`` follows from the time constant as in ``librosa.pcen``. Agrees with librosa 0.11 within
    1e-4 of the largest value. ``frames = 1 + samples // hop``. Zero padding gives exactly zero.

    With ``mask`` a second channel says which frames hold audio, as
    :class:`~harness_auscultation.features.padding_mask.PaddingMask` has it; no scaler touches it.
    """

    filters: Tensor
    window: Tensor

    def __init__(self, parameters: PcenParameters) -> None:
        super().__init__()
        self.settings = parameters
        self.covariates = ("duration_s",) if parameters.mask else ()
        self.plain = (1,) if parameters.mask else ()
        self.b = smoothing(parameters.time_constant, parameters.sample_rate / parameters.hop_samples)
        filters = librosa.filters.mel(
            sr=parameters.sample_rate,
            n_fft=parameters.window_samples,
            n_mels=parameters.n_mels,
            fmin=parameters.f_min,
            fmax=parameters.f_max,
        )
        self.register_buffer("filters", torch.from_numpy(filters).float(), persistent=False)
        self.register_buffer("window", torch.hann_window(parameters.window_samples), persistent=False)

    def forward(self, waveform: Tensor, values: Tensor | None = None) -> Tensor:
        p = self.settings
        output = self.normalised(self.mel(waveform) * p.scale)[:, None].float()
        if not p.mask:
            return output
        mask = frames_with_audio(waveform, values, hop=p.hop_samples, sample_rate=p.sample_rate)
        return torch.cat([output, mask[:, None, None].expand_as(output)], dim=1)

    def mel(self, waveform: Tensor) -> Tensor:
        """Return the mel spectrogram, ``[batch, n_mels, frames]``."""
        n_fft = len(self.window)
        padded = nn.functional.pad(waveform, (n_fft // 2, n_fft // 2))
        frames = padded.unfold(-1, n_fft, self.settings.hop_samples) * self.window
        return self.filters @ torch.fft.rfft(frames).abs().pow(self.settings.power).transpose(1, 2)

    def normalised(self, energy: Tensor) -> Tensor:
        """Return PCEN of ``energy [batch, channels, frames]``, computed in float64."""
        p, energy = self.settings, energy.double()
        smooth = smoothed(energy, self.b)
        gain = torch.exp(-p.gain * (math.log(p.eps) + torch.log1p(smooth / p.eps)))
        return p.bias**p.root * torch.expm1(p.root * torch.log1p(energy * gain / p.bias))


def smoothing(time_constant: float, frame_rate: float) -> float:
    """Return librosa's coefficient ``b`` of the smoother for a time constant in s and frames a second."""
    frames = time_constant * frame_rate
    return (math.sqrt(1 + 4 * frames**2) - 1) / (2 * frames**2)


def smoothed(energy: Tensor, b: float) -> Tensor:
    """Return ``M`` of ``energy [batch, channels, frames]``: ``M_t = (1 − b) M_{t−1} + b E_t`` from ``M_{−1} = 1``."""
    age = torch.arange(BLOCK, device=energy.device, dtype=energy.dtype)
    lag = age[None, :] - age[:, None]  # [source, frame]
    weights = torch.where(lag >= 0, b * (1 - b) ** lag.clamp(min=0), 0.0)
    decay = (1 - b) ** (age + 1)
    last = torch.ones_like(energy[..., :1])
    blocks = []
    for block in energy.split(BLOCK, dim=-1):
        n = block.shape[-1]
        blocks.append(block @ weights[:n, :n] + last * decay[:n])
        last = blocks[-1][..., -1:]
    return torch.cat(blocks, dim=-1)
