"""Parameters of the features; light, because they are read when plugins are listed."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from harness.api import FeatureParameters


class HopParameters(FeatureParameters):
    """Frames whose centres are ``hop_ms`` apart, the first one at the first sample: ``1 + samples // hop`` of them."""

    sample_rate: int = Field(4000, gt=0, description="rate that clips are resampled to, Hz")
    clip_s: float = Field(30.0, gt=0, description="length that the network sees, s")
    hop_ms: float = Field(32.0, gt=0, description="step from frame to frame, ms")

    @property
    def hop_samples(self) -> int:
        """Step from frame to frame in samples."""
        return max(1, round(self.hop_ms * self.sample_rate / 1000))


class PaddingMaskParameters(HopParameters):
    """Parameters of ``padding_mask``; ``hop_ms`` is that of the feature it stands beside."""

    bins: int = Field(
        1, ge=1, description="bins of the mask, all alike; those of the feature it stands beside"
    )


class PcenParameters(HopParameters):
    """Parameters of ``pcen``; the constants are those of ``librosa.pcen``."""

    win_ms: float = Field(128.0, gt=0, description="length of the analysis window, ms")
    n_mels: int = Field(64, ge=1, le=512, description="number of mel filters")
    f_min: float = Field(0.0, ge=0, description="lower edge of the first filter, Hz")
    f_max: float | None = Field(None, gt=0, description="upper edge of the last, Hz (default: Nyquist)")
    power: float = Field(1.0, gt=0, description="exponent of the magnitude: 1 is amplitude, 2 is power")
    scale: float = Field(
        2.0**31, gt=0, description="full scale of the mel spectrogram (librosa's for float audio)"
    )
    gain: float = Field(0.98, ge=0, description="exponent α of the smoothed energy")
    bias: float = Field(2.0, gt=0, description="offset δ of the root")
    root: float = Field(0.5, gt=0, description="exponent r of the root (librosa calls it power)")
    time_constant: float = Field(0.4, gt=0, description="time constant of the smoother, s")
    eps: float = Field(1e-6, gt=0, description="ε, beside the smoothed energy")
    mask: bool = Field(False, description="a second channel: 1 in frames with audio, 0 in the zero padding")

    @property
    def window_samples(self) -> int:
        """Length of the window, and of the Fourier transform, in samples."""
        return max(2, round(self.win_ms * self.sample_rate / 1000))

    @model_validator(mode="after")
    def _band_fits(self) -> Self:
        nyquist = self.sample_rate / 2
        if not self.f_min < (self.f_max or nyquist) <= nyquist:
            raise ValueError(
                f"f_min {self.f_min:g} Hz must be below f_max {self.f_max or nyquist:g} Hz, and that at most "
                f"the Nyquist frequency {nyquist:g} Hz (sample_rate / 2)"
            )
        return self
