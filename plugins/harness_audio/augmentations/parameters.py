"""Parameters of the augmentations."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from harness.api import Parameters


class SpecMaskParameters(Parameters):
    """Parameters of ``spec_mask``; the names in brackets are the paper's."""

    freq_masks: int = Field(2, ge=0, description="frequency masks a sample (m_F)")
    freq_width: int = Field(8, ge=0, description="widest frequency mask, bins (F)")
    time_masks: int = Field(2, ge=0, description="time masks a sample (m_T)")
    time_width: int = Field(20, ge=0, description="widest time mask, frames (T)")
    time_share: float = Field(0.5, gt=0, le=1, description="widest time mask as a share of the frames (p)")
    value: Literal["mean", "zero"] = Field(
        "mean", description="what fills a mask: the sample's own mean, or zero"
    )


class TimeWarpParameters(Parameters):
    """Parameters of ``time_warp``; the name in brackets is the paper's."""

    width: int = Field(
        8, ge=0, description="furthest that a frame is moved, frames (W); at most a third of them"
    )


class RandomCropParameters(Parameters):
    """Parameters of ``random_crop``."""

    bins: int = Field(10, ge=0, description="bins that a crop is smaller by")
    frames: int = Field(10, ge=0, description="frames that a crop is smaller by")


class MixupParameters(Parameters):
    """Parameters of ``mixup``."""

    alpha: float = Field(0.4, gt=0, description="both parameters of the Beta distribution of the weights")
