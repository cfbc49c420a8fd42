"""What a study file may set on the combiners of this package."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from harness.api import Parameters

Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class WeightedParameters(Parameters):
    """Parameters of ``weighted``."""

    weights: dict[str, Weight] = Field(
        default_factory=dict, description="weight of a task's loss, by dataset/task; 1 for a task not named"
    )
    other_tasks: Literal["error", "ignore"] = Field(
        "error", description="what to do with a weight of a task that is not in the group"
    )


class DWAParameters(Parameters):
    """Parameters of ``dwa``."""

    temperature: float = Field(
        2.0, gt=0, allow_inf_nan=False, description="higher makes the weights more equal"
    )
