"""Section ``analysis``: how gains are judged and predicted."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from harness.config.section import Section


class Analysis(Section):
    """Region of practical equivalence, confidence, and what may predict a gain."""

    rope: float = Field(
        default=0.01, ge=0, description="half width of the region of practical equivalence, in metric units"
    )
    confidence: float = Field(default=0.95, gt=0, lt=1, description="confidence of intervals")
    correction: Literal["bh", "holm"] = Field(
        default="bh", description="holm: gains have Holm's p beside the Benjamini-Hochberg q"
    )
    delta_m: Literal["primary", "all"] = Field(
        default="primary", description="metrics of a task that count in the table delta_m"
    )
    predictors: tuple[str, ...] = Field(
        default=("bingel", "audio"), description="predictors whose pair features the regression uses, by name"
    )
