"""Log filterbank, summarised over time."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from harness_audio.features.logbank import Logbank

#: What the last axis of the feature holds, in order.
SUMMARIES = ("min", "max", "std", "mean", "median", "p25", "p75")


class LogbankSummary(Logbank):
    """Log filterbank summarised over time: ``[batch, samples]`` → ``[batch, 1, n_filters, 7]``, float32.

    Over the frames of :class:`~harness_audio.features.logbank.Logbank`: minimum, maximum, standard deviation
    (of the population), mean, median, 25th and 75th percentile (linear interpolation, as
    ``numpy.percentile``); see :data:`SUMMARIES`.

    Padding is seen as silence by every summary: for clips of very different lengths take ``fit: repeat``.
    """

    def forward(self, waveform: Tensor) -> Tensor:
        return summarise(self.logbank(waveform)).unsqueeze(1)


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
