"""What a study file may set on the combiners of this package."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from harness.api import Parameters, did_you_mean

Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class WeightedParameters(Parameters):
    """Parameters of ``weighted``."""

    weights: dict[str, Weight] = Field(
        default_factory=dict, description="weight of a task's loss, by dataset/task; 1 for a task not named"
    )

    @field_validator("weights")
    @classmethod
    def _tasks_of_the_study(cls, weights: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        """Refuse a task that the study does not have; where no study is at hand, any name will do."""
        tasks = (info.context or {}).get("tasks")
        for name in weights:
            if tasks and name not in tasks:
                near = did_you_mean(name, tasks)
                raise ValueError(f"unknown task {name!r}{near}; allowed: {', '.join(tasks)}")
        return weights


class DWAParameters(Parameters):
    """Parameters of ``dwa``."""

    temperature: float = Field(
        2.0, gt=0, allow_inf_nan=False, description="higher makes the weights more equal"
    )
