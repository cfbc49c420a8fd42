"""Parameters of the features; light, because they are read when plugins are listed."""

from __future__ import annotations

from typing import Self

from pydantic import Field, field_validator, model_validator

from harness.api import FeatureParameters


class SilenceParameters(FeatureParameters):
    """Removal of silence, before anything is computed."""

    silence_db: float | None = Field(
        None,
        gt=0,
        description="remove frames more than this below the clip's loudest, dB (librosa.effects.split; null: keep all)",
    )
    keep_s: float | None = Field(
        None, gt=0, description="length that is kept once silence is removed, s (default: clip_s)"
    )

    @property
    def kept_samples(self) -> int:
        """Samples of a row once silence is removed."""
        return max(1, round(min(self.keep_s or self.clip_s, self.clip_s) * self.sample_rate))


class SpectrogramParameters(SilenceParameters):
    """Parameters of ``spectrogram``."""

    win_ms: float = Field(32.0, gt=0, description="length of the Hann window, ms")
    hop_ms: float = Field(16.0, gt=0, description="step from frame to frame, ms")
    n_fft: int | None = Field(
        None, gt=0, description="length of the Fourier transform (default: power of two, at least the window)"
    )
    floor: float = Field(1e-5, gt=0, description="smallest magnitude before the logarithm")
    top_db: float | None = Field(
        80.0, gt=0, description="cut this far below a clip's maximum, dB (null: off)"
    )

    @property
    def window_samples(self) -> int:
        """Length of the window in samples."""
        return max(2, round(self.win_ms * self.sample_rate / 1000))

    @property
    def hop_samples(self) -> int:
        """Step from frame to frame in samples."""
        return max(1, round(self.hop_ms * self.sample_rate / 1000))

    @property
    def fft_samples(self) -> int:
        """Length of the Fourier transform in samples."""
        return self.n_fft or 1 << (self.window_samples - 1).bit_length()

    @model_validator(mode="after")
    def _window_fits(self) -> Self:
        if self.fft_samples < self.window_samples:
            raise ValueError(
                f"n_fft {self.fft_samples} is shorter than the window of {self.window_samples} samples"
            )
        return self


class SideVectorParameters(SilenceParameters):
    """Parameters of ``side_vector``."""

    frame_length: int = Field(2048, ge=2, description="length of a frame in samples")
    hop_length: int = Field(512, ge=1, description="step from frame to frame in samples")
    covariates: tuple[str, ...] = Field(
        (), description="covariates of the clips that follow the three measures, as age, gender and snr_db"
    )

    @field_validator("covariates")
    @classmethod
    def _no_duration(cls, covariates: tuple[str, ...]) -> tuple[str, ...]:
        if "duration_s" in covariates or len(set(covariates)) < len(covariates):
            raise ValueError("each covariate once, and not duration_s, which says where a row is padded")
        return covariates
