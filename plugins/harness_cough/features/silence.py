"""Silence removal as librosa has it, for a batch."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from harness.api import shared
from harness_cough.features.parameters import SilenceParameters

#: librosa.effects.split's defaults, and the smallest RMS that its decibels know.
FRAME, HOP, SMALLEST = 2048, 512, 1e-5


def without_silence(waveform: Tensor, parameters: SilenceParameters) -> tuple[Tensor, Tensor | None]:
    """Return rows without their silence, ``[batch, kept_samples]``, and the samples ``[batch]`` that are audio in each.

    Where ``silence_db`` is not set, the rows as they are, and ``None``. Features of a batch with the same setting
    share what is made.
    """
    if parameters.silence_db is None:
        return waveform[:, : parameters.kept_samples], None
    key = "without_silence", parameters.silence_db, parameters.kept_samples
    top_db = parameters.silence_db
    return shared(waveform, key, lambda: _kept(waveform, top_db, parameters.kept_samples))


def audible(waveform: Tensor, top_db: float) -> Tensor:
    """Return which samples of ``[batch, samples]`` ``librosa.effects.split`` keeps, bool of the same shape.

    A frame of 2048 samples (every 512, centred, zeros beyond the ends) is silent if its RMS is at least ``top_db``
    below the loudest frame's; sample ``i`` belongs to frame ``⌊i / 512⌋``. McFee et al. 2015, librosa.
    """
    frames = nn.functional.pad(waveform, (FRAME // 2, FRAME // 2)).unfold(-1, FRAME, HOP)
    decibels = 20 * frames.square().mean(dim=-1).sqrt().clamp(min=SMALLEST).log10()
    loud = decibels - decibels.amax(dim=-1, keepdim=True) > -top_db
    return loud.repeat_interleave(HOP, dim=-1)[:, : waveform.shape[-1]]


def _kept(waveform: Tensor, top_db: float, length: int) -> tuple[Tensor, Tensor]:
    keep = audible(waveform, top_db)
    order = torch.argsort(~keep, dim=-1, stable=True)  # what is kept first, in its order
    moved = waveform.masked_fill(~keep, 0.0).gather(-1, order)[:, :length]
    return moved, keep.sum(dim=-1).clamp(max=length)
