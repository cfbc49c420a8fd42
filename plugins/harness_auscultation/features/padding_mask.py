"""Which frames hold audio, and which the zeros that a short clip was padded with."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from harness_auscultation.features.parameters import PaddingMaskParameters


class PaddingMask(nn.Module):
    """``[batch, samples]`` and the seconds of audio ``[batch, 1]`` → ``[batch, 1, bins, frames]`` of 1 and 0.

    A frame holds audio if its centre does: ``mask[t] = 1`` where ``t · hop < duration_s · sample_rate``. It stands
    beside another feature as a part of ``stack``; no scaler touches it. The seconds of audio before padding are the
    reserved covariate ``duration_s``, which the harness gives for every row; without it all samples are audio.
    """

    covariates = ("duration_s",)
    plain = (0,)

    def __init__(self, parameters: PaddingMaskParameters) -> None:
        super().__init__()
        self.bins, self.hop, self.sample_rate = (
            parameters.bins,
            parameters.hop_samples,
            parameters.sample_rate,
        )

    def forward(self, waveform: Tensor, values: Tensor | None = None) -> Tensor:
        mask = frames_with_audio(waveform, values, hop=self.hop, sample_rate=self.sample_rate)
        return mask[:, None, None].expand(-1, 1, self.bins, -1).contiguous()


def frames_with_audio(waveform: Tensor, values: Tensor | None, *, hop: int, sample_rate: int) -> Tensor:
    """Return ``[batch, frames]`` float32: 1 where the centre of a frame lies in the audio.

    ``values [batch, 1]``: seconds of audio in each row, NaN or ``None`` where all of it is.
    """
    batch, samples = waveform.shape
    centres = torch.arange(1 + samples // hop, device=waveform.device) * hop
    if values is None:
        return torch.ones(batch, len(centres), device=waveform.device)
    seconds = values[:, :1].to(waveform.device, torch.float64).nan_to_num(nan=torch.inf)
    return (centres < (seconds * sample_rate).round()).float()
