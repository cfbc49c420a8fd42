"""What a study file may set on the combiners of this package."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from harness.api import Parameters, did_you_mean

Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def known_tasks(values: dict[str, float], info: ValidationInfo) -> dict[str, float]:
    """Return ``values`` by task; raise ``ValueError`` for a task that the study does not have (where no study is at
    hand, any name will do).
    """
    tasks = (info.context or {}).get("tasks")
    for name in values:
        if tasks and name not in tasks:
            near = did_you_mean(name, tasks)
            raise ValueError(f"unknown task {name!r}{near}; allowed: {', '.join(tasks)}")
    return values


class WeightedParameters(Parameters):
    """Parameters of ``weighted``."""

    weights: dict[str, Weight] = Field(
        default_factory=dict, description="weight of a task's loss, by dataset/task; 1 for a task not named"
    )

    @field_validator("weights")
    @classmethod
    def _tasks_of_the_study(cls, weights: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        return known_tasks(weights, info)


class DWAParameters(Parameters):
    """Parameters of ``dwa``."""

    temperature: float = Field(
        2.0, gt=0, allow_inf_nan=False, description="higher makes the weights more equal"
    )


class STCHParameters(Parameters):
    """Parameters of ``stch``."""

    mu: float = Field(
        0.1, gt=0, allow_inf_nan=False, description="smoothness: small is near the maximum of the losses"
    )


class GradDropParameters(Parameters):
    """Parameters of ``graddrop``."""

    leak: float = Field(0.0, ge=0, le=1, description="share of every gradient that always passes")


class GradVacParameters(Parameters):
    """Parameters of ``gradvac``."""

    beta: float = Field(0.5, ge=0, le=1, description="how fast the aimed similarities follow the seen ones")


class CAGradParameters(Parameters):
    """Parameters of ``cagrad``."""

    c: float = Field(
        0.5,
        ge=0,
        allow_inf_nan=False,
        description="radius around the mean gradient, in its lengths; 0: the mean",
    )


class MGDAParameters(Parameters):
    """Parameters of ``mgda``."""

    epsilon: float = Field(
        1e-3, gt=0, allow_inf_nan=False, description="step size below which the solver stops"
    )
    max_iters: int = Field(100, ge=1, description="most steps of the solver")


class AlignedMTLParameters(Parameters):
    """Parameters of ``aligned_mtl``."""

    scale: Literal["min", "median", "rmse"] = Field(
        "min",
        description="length that components get: of the shortest, of the median one, or root mean square",
    )
