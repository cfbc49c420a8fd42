"""Parameters of the architectures."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from harness.api import Parameters

Norm = Literal["dataset", "shared", "group", "none"]
Pool = Literal["max", "avg"]
Growth = Literal["linear", "double", "none"]
Start = Literal["same", "own"]
GateInput = Literal["all", "mean"]

_START = "all networks start from the same numbers, those of the base alone, or each from its own task's"
_GATE_INPUT = "what a gate sees: all values, or their mean over frames"


class BaseParameters(Parameters):
    """The blocks, as those of ``cnn`` and ``dnn``; ``null`` takes the default that the base has there."""

    base: Literal["cnn", "dnn"] = Field("cnn", description="blocks of cnn, or layers of dnn")
    depth: int | None = Field(None, ge=1, le=32, description="number of blocks (cnn 4, dnn 2)")
    width: int | None = Field(
        None, ge=1, description="channels of the first block (cnn 16), units of a layer (dnn 128)"
    )
    norm: Norm = Field("dataset", description="batch normalisation (dataset, shared), group or none")
    dropout: float | None = Field(
        None, ge=0, lt=1, description="share dropped after each block (cnn 0.1, dnn 0.2)"
    )
    growth: Growth | None = Field(
        None, description="cnn alone: channels of block i: width·i (linear, default), width·2^(i−1), width"
    )
    pool: Pool | None = Field(None, description="cnn alone: pooling at the end of a block (max)")
    global_pool: Pool | None = Field(
        None, description="cnn alone: pooling over what is left of bins and frames (avg)"
    )

    @model_validator(mode="after")
    def _dnn_has_no_pictures(self) -> BaseParameters:
        given = [name for name in ("growth", "pool", "global_pool") if getattr(self, name) is not None]
        if self.base == "dnn" and given:
            raise ValueError(f"base dnn has no {', '.join(given)}; allowed with base cnn alone")
        return self


class SoftSharingParameters(BaseParameters):
    """Parameters of ``soft_sharing``."""

    l2: float = Field(1e-3, ge=0, description="weight of the squared distance between networks")
    start: Start = Field("same", description=_START)


class CrossStitchParameters(BaseParameters):
    """Parameters of ``cross_stitch``."""

    own: float = Field(
        0.9, description="start of a unit's weight of its own task; the others share what is missing to 1"
    )
    units: Literal["channel", "block"] = Field("channel", description="one unit a channel, or one a block")
    start: Start = Field("same", description=_START)


class SluiceParameters(BaseParameters):
    """Parameters of ``sluice``."""

    own: float = Field(
        0.9, description="start of a subspace's weight of itself; the others share what is missing to 1"
    )
    last: float = Field(
        0.9,
        description="start of the last block's weight in a task's mixture; the others share what is missing to 1",
    )
    orthogonality: float = Field(0.01, ge=0, description="weight of the penalty between a block's subspaces")
    start: Start = Field("same", description=_START)


class MmoeParameters(BaseParameters):
    """Parameters of ``mmoe``."""

    experts: int = Field(4, ge=1, description="number of experts, each a whole trunk of the base")
    gate_input: GateInput = Field("all", description=_GATE_INPUT)


class CgcParameters(BaseParameters):
    """Parameters of ``cgc``."""

    shared_experts: int = Field(1, ge=1, description="experts that all tasks share")
    own_experts: int = Field(1, ge=1, description="experts of each task")
    gate_input: GateInput = Field("all", description=_GATE_INPUT)


class PleParameters(CgcParameters):
    """Parameters of ``ple``."""

    levels: int = Field(2, ge=1, description="extraction levels among which the blocks are divided, in order")


class MtanParameters(BaseParameters):
    """Parameters of ``mtan``: those of the base."""


class DselectKParameters(BaseParameters):
    """Parameters of ``dselect_k``."""

    experts: int = Field(4, ge=2, description="number of experts, each a whole trunk of the base")
    k: int = Field(2, ge=1, description="single-expert selectors of a task: the most experts that it uses")
    gamma: float = Field(1.0, gt=0, description="width of the smooth-step function's slope")
    routing: Literal["example", "task"] = Field(
        "example", description="a gate depends on the sample, or on the task alone"
    )
    gate_input: GateInput = Field("all", description=_GATE_INPUT + " (routing: example)")
    entropy: float = Field(1e-3, ge=0, description="weight of the selectors' entropy")
    entropy_steps: int = Field(0, ge=0, description="steps over which that weight rises from 0; 0 = at once")

    @model_validator(mode="after")
    def _k_is_at_most_the_experts(self) -> DselectKParameters:
        if self.k > self.experts:
            raise ValueError(f"k = {self.k} is more than experts = {self.experts}; allowed: 1 to experts")
        return self
