"""Section ``analysis``: how gains are judged and predicted."""

from __future__ import annotations

from pydantic import Field

from harness.config.section import Section


class Analysis(Section):
    """Region of practical equivalence, confidence, and what may predict a gain."""

    rope: float = Field(
        default=0.01, ge=0, description="half width of the region of practical equivalence, in metric units"
    )
    confidence: float = Field(default=0.95, gt=0, lt=1, description="confidence of intervals")
    predictors: tuple[str, ...] = Field(
        default=("bingel", "audio"), description="predictors whose pair features the regression uses, by name"
    )
