"""From magnitudes to what a network sees."""

from __future__ import annotations

from torch import Tensor

from harness_respiratory.features.parameters import SpectrogramParameters


def finish(magnitudes: Tensor, parameters: SpectrogramParameters) -> Tensor:
    """Return ``[batch, 1, bins, frames]`` of ``[batch, bins, frames]``: as it is, or ``20 log10(max(x, floor))``."""
    if parameters.decibels:
        magnitudes = magnitudes.clamp(min=parameters.floor).log10() * 20
    return magnitudes.unsqueeze(1)
