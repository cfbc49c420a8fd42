"""What a study file may set on combiners that weigh losses by what they learn or prefer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from harness.api import Parameters
from harness_combiners.parameters import known_tasks

Preference = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class FAMOParameters(Parameters):
    """Parameters of ``famo``."""

    lr: float = Field(0.025, ge=0, allow_inf_nan=False, description="learning rate of the tasks' logits")
    weight_decay: float = Field(
        1e-3, ge=0, allow_inf_nan=False, description="pull of the logits to 0, where weights are equal"
    )


class PreferenceParameters(Parameters):
    """Parameters of combiners that prefer some tasks to others."""

    preferences: dict[str, Preference] = Field(
        default_factory=dict, description="preference of a task, by dataset/task; 1 for a task not named"
    )
    draws: Literal["none", "dirichlet"] = Field(
        "none", description="none: the preferences given; dirichlet: drawn anew at every step"
    )
    concentration: float = Field(
        1.0, gt=0, allow_inf_nan=False, description="of the Dirichlet distribution; small: near single tasks"
    )

    @field_validator("preferences")
    @classmethod
    def _tasks_of_the_study(cls, preferences: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        return known_tasks(preferences, info)


class COSMOSParameters(PreferenceParameters):
    """Parameters of ``cosmos``."""

    penalty: float = Field(
        1.0,
        ge=0,
        allow_inf_nan=False,
        description="reward for losses in the ratio of the preferences; 0: weighted",
    )


class PBIParameters(PreferenceParameters):
    """Parameters of ``pbi``."""

    theta: float = Field(
        5.0, ge=0, allow_inf_nan=False, description="penalty on losses off the direction of the preferences"
    )


class GradNormParameters(Parameters):
    """Parameters of ``gradnorm``."""

    alpha: float = Field(
        1.5, ge=0, allow_inf_nan=False, description="how much slow tasks are favoured; 0: equal lengths"
    )
    layer: Literal["all", "last"] = Field(
        "all",
        description="gradients whose lengths count: of all shared parameters, or of the last shared layer",
    )
