"""What a study file may set on combiners that average gradients or bargain with them."""

from __future__ import annotations

from pydantic import Field

from harness.api import Parameters


class DBMTLParameters(Parameters):
    """Parameters of ``db_mtl``."""

    beta: float = Field(0.9, ge=0, lt=1, description="share of the average so far, at a task's first step")
    sigma: float = Field(
        0.5, ge=0, allow_inf_nan=False, description="how fast that share falls: with the steps to this power"
    )


class ExcessMTLParameters(Parameters):
    """Parameters of ``excess_mtl``."""

    step_size: float = Field(
        1.0, gt=0, allow_inf_nan=False, description="how fast weights follow the excess risks"
    )
    warmup_steps: int = Field(
        1, ge=1, description="first steps of a task, whose mean excess is the measure of later ones"
    )


class NashMTLParameters(Parameters):
    """Parameters of ``nash_mtl``."""

    max_norm: float = Field(
        1.0, ge=0, allow_inf_nan=False, description="largest length of an update; 0: none"
    )


class FairGradParameters(Parameters):
    """Parameters of ``fairgrad``."""

    alpha: float = Field(
        1.0,
        ge=0,
        allow_inf_nan=False,
        description="0: the mean; 1: proportional; large: the worst-off task's",
    )
    max_iters: int | None = Field(None, ge=1, description="most evaluations of the solver; null: 100 a task")


class SDMGradParameters(Parameters):
    """Parameters of ``sdmgrad``."""

    pull: float = Field(
        0.3,
        ge=0,
        allow_inf_nan=False,
        description="pull of the update to the mean gradient (the paper's lambda)",
    )
    lr: float = Field(10.0, gt=0, allow_inf_nan=False, description="step size of the inner descent")
    momentum: float = Field(0.5, ge=0, lt=1, description="momentum of the inner descent")
    iterations: int = Field(20, ge=1, description="steps of the inner descent")


class MoDoParameters(Parameters):
    """Parameters of ``modo``."""

    gamma: float = Field(0.1, gt=0, allow_inf_nan=False, description="step size of the weights")
    rho: float = Field(0.1, ge=0, allow_inf_nan=False, description="pull of the weights to equal ones")


class ProjectionParameters(Parameters):
    """Parameters of ``upgrad`` and ``dualproj``."""

    regularisation: float = Field(
        1e-4,
        gt=0,
        allow_inf_nan=False,
        description="added to the Gramian's diagonal, relative to its trace: small is exact, and may not be solvable",
    )
