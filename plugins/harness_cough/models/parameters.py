"""Parameters of the networks."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from harness.api import Parameters


class LocalWeightsParameters(Parameters):
    """Where weights come from; they are never downloaded."""

    weights: str | None = Field(
        None, description="directory with config.json and model.safetensors (null: random weights)"
    )
    sha256: str | None = Field(
        None,
        pattern="^[0-9a-f]{64}$",
        description="SHA-256 of model.safetensors, so that a run's key knows the weights; needed with weights",
    )
    side: int = Field(
        0,
        ge=0,
        description="values of a side vector in the first bins of the last channel, joined before the heads",
    )

    @model_validator(mode="after")
    def _weights_are_known(self) -> Self:
        if (self.weights is None) != (self.sha256 is None):
            raise ValueError(
                "weights and sha256 go together: give the directory and `sha256sum model.safetensors`, or neither"
            )
        return self


class ResNetParameters(LocalWeightsParameters):
    """Parameters of ``resnet``."""

    depth: Literal[18, 34, 50] = Field(18, description="layers: basic blocks (18, 34) or bottlenecks (50)")
    width: int = Field(
        64, ge=1, description="channels of the first stage, doubled by each of the other three"
    )
    norm: Literal["dataset", "shared"] = Field(
        "dataset", description="batch normalisation a data set, or of a whole batch"
    )
    mask: int | None = Field(
        None,
        ge=0,
        description="input channel that is a mask of the padding; it is no input then, and padding is left out "
        "of the maps and of their mean (null: every channel is an input)",
    )
    heed: bool = Field(
        True, description="false: the mask is no input, and padding is seen all the same, for comparisons"
    )


class AstParameters(LocalWeightsParameters):
    """Parameters of ``ast``; the defaults are the published network's, far too large for a CPU."""

    layers: int = Field(12, ge=1, description="transformer layers")
    width: int = Field(768, ge=1, description="size of a token")
    heads: int = Field(12, ge=1, description="attention heads; they divide the width")
    patch: int = Field(16, ge=1, description="side of the square patches")
    stride: int = Field(10, ge=1, description="step from patch to patch, in bins and in frames")
    dropout: float = Field(0.0, ge=0, lt=1, description="dropout of tokens and of attention")

    @model_validator(mode="after")
    def _heads_divide(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"heads {self.heads} does not divide width {self.width}")
        return self
