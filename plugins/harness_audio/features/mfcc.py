"""Mel-frequency cepstral coefficients."""

from __future__ import annotations

from torch import Tensor

from harness.api import torchaudio
from harness_audio.features.log_mel import MelDecibels
from harness_audio.features.parameters import MfccParameters


class Mfcc(MelDecibels):
    """The first coefficients of the orthonormal DCT-II over the mel axis of the mel spectrogram in decibels.

    ``[batch, samples]`` → ``[batch, 1, n_mfcc, frames]``, float32; agrees with ``librosa.feature.mfcc``.
    Davis & Mermelstein 1980, "Comparison of parametric representations for monosyllabic word recognition".
    """

    dct: Tensor

    def __init__(self, parameters: MfccParameters) -> None:
        super().__init__(parameters)
        dct = torchaudio.functional.create_dct(parameters.n_mfcc, parameters.n_mels, norm="ortho")
        self.register_buffer("dct", dct, persistent=False)

    def forward(self, waveform: Tensor) -> Tensor:
        return (self.decibels(waveform) @ self.dct).transpose(1, 2).unsqueeze(1).contiguous()
