"""What a study file may set for the embedded data sets."""

from __future__ import annotations

import math

from pydantic import Field, field_validator

from harness.api import Parameters


class RenderParameters(Parameters):
    """Parameters of ``notes``, ``speech`` and ``percussion``."""

    n_clips: int = Field(
        480, ge=1, description="number of clips; more clips leave the first ones as they are"
    )
    seed: int = Field(0, ge=0, description="seed of everything that varies from clip to clip")
    snr_db: tuple[float, float] = Field(
        (5.0, 25.0), description="lowest and highest signal-to-noise ratio that a clip is given, dB"
    )
    sample_rate: int = Field(16000, ge=8000, le=48000, description="sample rate of the files, Hz")
    clip_s: float = Field(1.0, ge=0.25, le=1.0, description="length of every clip, s")

    @field_validator("snr_db")
    @classmethod
    def _ordered(cls, value: tuple[float, float]) -> tuple[float, float]:
        if not all(map(math.isfinite, value)) or value[0] > value[1]:
            raise ValueError(f"found {list(value)}; allowed: [lowest, highest], finite, in this order")
        return value
