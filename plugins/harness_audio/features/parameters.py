"""Parameters of the features; light, because they are read when plugins are listed."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from harness.api import FeatureParameters
from harness_audio.features.mel import MelScale, check_filters


class FrameParameters(FeatureParameters):
    """How the waveform is cut into frames; ``win_length`` and ``hop_length`` replace the times in ms."""

    win_ms: float = Field(25.0, gt=0, description="length of the analysis window, ms")
    hop_ms: float = Field(10.0, gt=0, description="step from frame to frame, ms")
    win_length: int | None = Field(None, gt=0, description="window in samples, in place of win_ms")
    hop_length: int | None = Field(None, gt=0, description="step in samples, in place of hop_ms")
    n_fft: int | None = Field(
        None, gt=0, description="length of the Fourier transform (default: power of two, at least the window)"
    )

    @property
    def window_samples(self) -> int:
        """Length of the window in samples."""
        return self.win_length or max(1, round(self.win_ms * self.sample_rate / 1000))

    @property
    def hop_samples(self) -> int:
        """Step from frame to frame in samples."""
        return self.hop_length or max(1, round(self.hop_ms * self.sample_rate / 1000))

    @property
    def fft_samples(self) -> int:
        """Length of the Fourier transform in samples."""
        return self.n_fft or 1 << (self.window_samples - 1).bit_length()

    @model_validator(mode="after")
    def _window_fits(self) -> Self:
        if self.fft_samples < self.window_samples:
            raise ValueError(
                f"n_fft {self.fft_samples} is shorter than the window of {self.window_samples} samples "
                f"at sample_rate {self.sample_rate}; allowed: {self.window_samples} or more"
            )
        return self


class MelParameters(FrameParameters):
    """A mel spectrogram in decibels, with librosa's defaults where they do not depend on the sample rate."""

    n_mels: int = Field(40, ge=1, le=512, description="number of mel filters")
    f_min: float = Field(0.0, ge=0, description="lower edge of the first filter, Hz")
    f_max: float | None = Field(None, gt=0, description="upper edge of the last, Hz (default: Nyquist)")
    mel_scale: MelScale = Field("slaney", description="mel formula")
    mel_norm: Literal["slaney"] | None = Field("slaney", description="equal area, or (null) peak 1")
    power: float = Field(2.0, gt=0, description="exponent of the magnitude: 2 is power, 1 is amplitude")
    floor: float = Field(1e-10, gt=0, description="smallest value before the logarithm")
    ref: Literal["one", "max"] = Field(
        "one", description="0 dB is full scale (one), or each clip's maximum, which takes its level out (max)"
    )
    top_db: float | None = Field(
        80.0, gt=0, description="cut this far below a clip's maximum, dB (null: off)"
    )

    @model_validator(mode="after")
    def _filters_fit(self) -> Self:
        check_filters(
            self.n_mels,
            self.f_min,
            self.f_max,
            self.mel_scale,
            sample_rate=self.sample_rate,
            n_fft=self.fft_samples,
            name="n_mels",
        )
        return self


class LogMelParameters(MelParameters):
    """Parameters of ``log_mel``."""

    log: Literal["db", "ln"] = Field("db", description="decibels, or the natural logarithm")


class MfccParameters(MelParameters):
    """Parameters of ``mfcc``."""

    n_mfcc: int = Field(20, ge=1, description="number of coefficients, commonly 13 to 40; at most n_mels")

    @model_validator(mode="after")
    def _coefficients_fit(self) -> Self:
        if self.n_mfcc > self.n_mels:
            raise ValueError(f"n_mfcc {self.n_mfcc} is more than n_mels {self.n_mels}")
        return self


class LogbankParameters(FrameParameters):
    """Parameters of ``logbank``."""

    win_ms: float = Field(30.0, gt=0, description="length of the analysis window, ms")
    n_fft: int | None = Field(
        512, gt=0, description="length of the Fourier transform (null: power of two, at least the window)"
    )
    n_filters: int = Field(24, ge=1, le=512, description="number of mel filters")
    f_min: float = Field(0.0, ge=0, description="lower edge of the first filter, Hz")
    f_max: float | None = Field(None, gt=0, description="upper edge of the last, Hz (default: Nyquist)")
    mel_scale: MelScale = Field("htk", description="mel formula")
    pre_emphasis: float = Field(0.97, ge=0, lt=1, description="coefficient of the difference; 0 is none")
    floor: float = Field(1e-10, gt=0, description="smallest value before the logarithm")

    @model_validator(mode="after")
    def _filters_fit(self) -> Self:
        check_filters(
            self.n_filters,
            self.f_min,
            self.f_max,
            self.mel_scale,
            sample_rate=self.sample_rate,
            n_fft=self.fft_samples,
            name="n_filters",
        )
        return self


class LogbankSummaryParameters(LogbankParameters):
    """Parameters of ``logbank_summary``: those of ``logbank``."""
