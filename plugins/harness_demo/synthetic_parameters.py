"""What a study file may set for ``synthetic``."""

from __future__ import annotations

import math

from pydantic import Field, field_validator

from harness_demo.parameters import RenderParameters

#: The latent factors that every sound has, one a partial, from the lowest to the highest.
FACTORS = tuple(f"f{number}" for number in range(1, 13))

#: The name of the one task of every such data set.
TASK = "label"


class SyntheticParameters(RenderParameters):
    """Parameters of ``synthetic``; data sets of one study need a ``seed`` each, or they share their draws."""

    loads: dict[str, float] = Field(
        default={"f1": 1.0, "f2": 1.0, "f3": 1.0},
        description="factor (f1 to f12) to weight: the direction in the latent space that the label depends on",
    )
    classes: int = Field(2, ge=2, le=12, description="number of classes, equally frequent")
    folded: bool = Field(
        False, description="cut |s| into classes, not s: no linear function of the factors tells them apart"
    )
    label_noise: float = Field(
        0.0, ge=0, lt=1, description="share of clips that have the label of another class, drawn at random"
    )

    @field_validator("loads")
    @classmethod
    def _a_direction(cls, value: dict[str, float]) -> dict[str, float]:
        unknown = sorted(set(value) - set(FACTORS))
        if unknown:
            raise ValueError(f"found {', '.join(unknown)}; allowed: {', '.join(FACTORS)}")
        if not all(map(math.isfinite, value.values())) or not any(value.values()):
            raise ValueError(f"found {value}; allowed: finite weights, at least one of them not 0")
        return value
