"""Section ``training``: what every single training does."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from harness.config.component import ComponentUse, named
from harness.config.section import Section


class Training(Section):
    """Budget, batches, optimizer and stopping rule of every training, alone and in groups."""

    epochs: int = Field(default=20, ge=1, description="budget: epochs over a task's own training clips")
    batch_size: int = Field(default=32, ge=1, description="samples of each task in a step")
    schedule: Annotated[ComponentUse, BeforeValidator(named("mixed"))] = Field(
        default=ComponentUse(name="mixed"),
        description="batch schedule: which samples of which task make the next step",
    )
    optimizer: Annotated[ComponentUse, BeforeValidator(named("adamw"))] = Field(
        default=ComponentUse(name="adamw"), description="optimizer; what tuning.space names is searched"
    )
    patience: int = Field(
        default=5, ge=1, description="epochs without improvement on validation after which a task stops"
    )
    stopping: Annotated[ComponentUse, BeforeValidator(named("patience"))] = Field(
        default=ComponentUse(name="patience"),
        description="stopping rule of a task; its `patience` is `training.patience`",
    )
    scaler: Annotated[ComponentUse, BeforeValidator(named("standardise"))] = Field(
        default=ComponentUse(name="standardise"),
        description="scaling, fitted on each data set's training part in every fold",
    )
    augmentations: tuple[ComponentUse, ...] = Field(
        default=(),
        description="augmentations of training batches, in this order",
        examples=[["spec_mask"]],
    )
    terms: tuple[ComponentUse, ...] = Field(
        default=(),
        description="extra terms of every task's objective, such as losses of branches",
        examples=[["contrastive"]],
    )
    losses: dict[str, str] = Field(
        default_factory=dict,
        description="task to loss, for tasks that should not use their kind's default",
        examples=[{"notes/family": "kl"}],
    )
    keep: Literal["none", "final", "epochs"] = Field(
        default="none",
        description="networks that are stored: none, each final run's (its chosen epoch), or all epochs of it",
    )
    reports: Literal["final", "epochs"] = Field(
        default="final",
        description="confusion matrices: of the test part, or of the validation part after every epoch as well",
    )
