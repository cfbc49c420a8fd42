"""Log filterbank, summarised over time."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from harness.api import torchaudio
from harness_audio.features.filterbank import mel_filterbank
from harness_audio.features.parameters import LogbankSummaryParameters

#: What the last axis of the feature holds, in order.
SUMMARIES = ("min", "max", "std", "mean", "median", "p25", "p75")


class LogbankSummary(nn.Module):
    """Log filterbank summarised over time: ``[batch, samples]`` → ``[batch, 1, n_filters, 7]``, float32.

    1. Pre-emphasis ``y[t] = x[t] − a·x[t−1]``, ``y[0] = x[0]``.
    2. Whole frames of ``win_ms`` every ``hop_ms`` from the first sample on, not centred (a clip shorter than
       a window
       is padded with zeros to one frame), under a Hamming window; periodogram ``|rfft(frame, n_fft)|² /
       n_fft``.
    3. Triangular mel filters of peak 1; natural logarithm of ``max(energy, floor)`` (Young et al., The HTK
       Book, 5.4).
    4. Over the frames: minimum, maximum, standard deviation (of the population), mean, median, 25th and 75th
       percentile (linear interpolation, as ``numpy.percentile``); see :data:`SUMMARIES`.

    Padding is seen as silence by every summary: for clips of very different lengths take ``fit: repeat``.
    """

    filters: Tensor
    window: Tensor

    def __init__(self, parameters: LogbankSummaryParameters) -> None:
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
        return summarise(self.logbank(waveform)).unsqueeze(1)

    def logbank(self, waveform: Tensor) -> Tensor:
        """Return the log filterbank energies, ``[batch, n_filters, frames]``."""
        emphasised = torchaudio.functional.preemphasis(waveform, self.pre_emphasis)
        missing = max(0, len(self.window) - waveform.shape[-1])
        frames = nn.functional.pad(emphasised, (0, missing)).unfold(-1, len(self.window), self.hop)
        power = torch.fft.rfft(frames * self.window, n=self.n_fft).abs().square() / self.n_fft
        return (self.filters @ power.transpose(-1, -2)).clamp(min=self.floor).log()


def summarise(values: Tensor) -> Tensor:
    """Summarise ``[…, frames]`` to ``[…, 7]``, in the order of :data:`SUMMARIES`."""
    ordered = values.sort(dim=-1).values
    return torch.stack(
        [
            ordered[..., 0],
            ordered[..., -1],
            values.std(dim=-1, correction=0),
            values.mean(dim=-1),
            *(_quantile(ordered, q) for q in (0.5, 0.25, 0.75)),
        ],
        dim=-1,
    )


def _quantile(ordered: Tensor, q: float) -> Tensor:
    """Interpolate in sorted ``[…, frames]``; ``torch.quantile`` sorts again and refuses large batches."""
    place = q * (ordered.shape[-1] - 1)
    lower = math.floor(place)
    upper = math.ceil(place)
    return torch.lerp(ordered[..., lower], ordered[..., upper], place - lower)
