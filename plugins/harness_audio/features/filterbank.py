"""The mel filterbank as a tensor."""

from __future__ import annotations

from typing import Literal

import librosa
import torch
from torch import Tensor

from harness_audio.features.mel import MelScale


def mel_filterbank(
    *,
    sample_rate: int,
    n_fft: int,
    n_filters: int,
    f_min: float,
    f_max: float | None,
    scale: MelScale,
    norm: Literal["slaney"] | None,
) -> Tensor:
    """Return triangular mel filters, ``[filters, n_fft // 2 + 1]``, float32.

    They are librosa's: torchaudio computes the same filters in float32 (up to 1e-4 dB away) and takes half of
    an odd sample rate rounded down.
    """
    weights = librosa.filters.mel(
        sr=sample_rate, n_fft=n_fft, n_mels=n_filters, fmin=f_min, fmax=f_max, htk=scale == "htk", norm=norm
    )
    return torch.from_numpy(weights).float()
