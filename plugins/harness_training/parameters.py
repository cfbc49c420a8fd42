"""What a study file may set on the losses, optimizers, stopping rules and scalers of this package."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from harness.api import Parameters

ClassWeights = Literal["none", "balanced"]


class ClassificationLossParameters(Parameters):
    """Parameters of the binary and the multilabel loss."""

    class_weights: ClassWeights = Field(
        "none", description="none, or balanced: each class weighs the same in the training part"
    )


class CrossEntropyParameters(ClassificationLossParameters):
    """Parameters of ``cross_entropy``."""

    label_smoothing: float = Field(
        0.0, ge=0, lt=1, description="share of the target's mass that is spread over all classes"
    )


class AdamParameters(Parameters):
    """Parameters of ``adam``."""

    lr: float = Field(1e-3, gt=0, description="learning rate")
    weight_decay: float = Field(0.0, ge=0, description="L2 penalty, added to the gradient of every parameter")
    betas: tuple[float, float] = Field(
        (0.9, 0.999), description="decay of the two moment estimates, in [0, 1)"
    )

    @model_validator(mode="after")
    def _betas_in_range(self) -> AdamParameters:
        if not all(0 <= beta < 1 for beta in self.betas):
            raise ValueError(f"betas must be in [0, 1), found {list(self.betas)}")
        return self


class AdamWParameters(AdamParameters):
    """Parameters of ``adamw``."""

    weight_decay: float = Field(1e-2, ge=0, description="decoupled weight decay of every parameter")


class SGDParameters(Parameters):
    """Parameters of ``sgd``."""

    lr: float = Field(1e-3, gt=0, description="learning rate")
    weight_decay: float = Field(0.0, ge=0, description="L2 penalty, added to the gradient of every parameter")
    momentum: float = Field(0.9, ge=0, lt=1, description="momentum; 0 for none")
    nesterov: bool = Field(False, description="Nesterov's momentum; needs momentum > 0")

    @model_validator(mode="after")
    def _nesterov_needs_momentum(self) -> SGDParameters:
        if self.nesterov and self.momentum == 0:
            raise ValueError("nesterov needs momentum > 0, found 0")
        return self


class PatienceParameters(Parameters):
    """Parameters of ``patience``."""

    patience: int = Field(5, ge=1, description="epochs without improvement after which a task stops")
    min_delta: float = Field(0.0, ge=0, description="what a score must rise by to count as an improvement")


class AverageParameters(Parameters):
    """Parameters of ``average``."""

    epochs: int = Field(5, ge=2, description="epochs, the last ones, whose weights are averaged")


class StandardiseParameters(Parameters):
    """Parameters of ``standardise``."""

    scope: Literal["bin", "cell", "global"] = Field(
        "bin", description="one mean and deviation for each bin, each cell (bin and frame), or for everything"
    )
