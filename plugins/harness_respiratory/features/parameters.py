"""Parameters of the features; light, because they are read when plugins are listed."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from harness.api import FeatureParameters


class BandParameters(FeatureParameters):
    """Clips repeated to 10 s at 4 kHz, and a Butterworth band-pass.

    The order and whether the phase is kept are lost in the source: order 4 and zero phase are ours.
    """

    sample_rate: int = Field(4000, gt=0, description="rate that clips are resampled to, Hz")
    clip_s: float = Field(10.0, gt=0, description="length that the network sees, s (recordings: 15.36)")
    fit: Literal["pad", "repeat", "windows"] = Field(
        "repeat", description="cut or zero-pad; cut or repeat; or windows whose outputs are averaged"
    )
    band_low_hz: float | None = Field(60.0, ge=1, description="lower edge of the band-pass, Hz (null: none)")
    band_high_hz: float | None = Field(
        2000.0, gt=0, description="upper edge of the band-pass, Hz; none (null) where it is Nyquist or more"
    )
    band_order: int = Field(4, ge=1, le=12, description="order of the Butterworth filter")
    zero_phase: bool = Field(True, description="forward and backward (gain squared), or forward alone")

    @property
    def samples(self) -> int:
        """Samples of a clip, as the harness cuts it."""
        return round(self.sample_rate * self.clip_s)

    @property
    def band(self) -> tuple[float | None, float | None]:
        """The edges of the band-pass that are below Nyquist, Hz; ``None`` for an open side."""
        nyquist = self.sample_rate / 2
        high = self.band_high_hz
        return self.band_low_hz, None if high is None or high >= nyquist else high

    @model_validator(mode="after")
    def _band_fits(self) -> Self:
        low, high = self.band
        top = self.sample_rate / 2 if high is None else high
        if low is not None and low >= top:
            raise ValueError(f"band_low_hz {low:g} must be below {top:g} Hz (band_high_hz or Nyquist)")
        return self


class SpectrogramParameters(BandParameters):
    """A spectrogram of ``bins`` × ``frames``: 128 × 155 for events of 10 s, 128 × 512 for recordings of 15.36 s."""

    bins: int = Field(128, ge=1, le=1024, description="number of frequencies, lowest first")
    frames: int = Field(155, ge=1, description="number of frames, each the mean over its part of the clip")
    f_min: float = Field(60.0, gt=0, description="lowest frequency, Hz")
    f_max: float | None = Field(None, gt=0, description="highest frequency, Hz (default: Nyquist)")
    decibels: bool = Field(False, description="20 log10 of the magnitude, in place of the magnitude")
    floor: float = Field(1e-5, gt=0, description="smallest magnitude before the logarithm")

    @property
    def top_hz(self) -> float:
        """Highest frequency, Hz."""
        return self.sample_rate / 2 if self.f_max is None else self.f_max

    @model_validator(mode="after")
    def _size_fits(self) -> Self:
        nyquist = self.sample_rate / 2
        if self.top_hz > nyquist or self.f_min >= self.top_hz:
            raise ValueError(
                f"f_min {self.f_min:g} Hz and f_max {self.top_hz:g} Hz: allowed is "
                f"f_min < f_max <= {nyquist:g} Hz (sample_rate / 2)"
            )
        if self.frames > self.samples:
            raise ValueError(
                f"frames {self.frames}: a clip has {self.samples} samples; one a frame is needed"
            )
        return self


class GammatoneParameters(SpectrogramParameters):
    """Parameters of ``gammatone``."""

    method: Literal["filters", "fft"] = Field(
        "filters",
        description="4th-order gammatone filters, or their weights on a short-time Fourier transform",
    )
    width: float = Field(1.0, gt=0, description="bandwidth of the filters, in ERB")


class MorseParameters(SpectrogramParameters):
    """Parameters of ``cwt_morse``."""

    gamma: float = Field(3.0, gt=0, description="symmetry of the wavelet; 3 is symmetric")
    time_bandwidth: float = Field(60.0, gt=0, description="gamma times beta: more is finer in frequency")
    beta: float | None = Field(None, gt=0, description="decay, in place of time_bandwidth / gamma")

    @property
    def order(self) -> float:
        """The exponent beta."""
        return self.time_bandwidth / self.gamma if self.beta is None else self.beta


class AmorParameters(SpectrogramParameters):
    """Parameters of ``cwt_amor``."""

    omega0: float = Field(6.0, ge=4, le=40, description="centre frequency, radians a scale: more is finer")
