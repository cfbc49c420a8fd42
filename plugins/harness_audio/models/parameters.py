"""Parameters of the networks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from harness.api import Parameters

Norm = Literal["dataset", "shared", "group", "none"]
Pool = Literal["max", "avg"]
Growth = Literal["linear", "double", "none"]

_NORM = "batch normalisation a data set (dataset) or a whole batch (shared), group normalisation, or none"


class DnnParameters(Parameters):
    """Parameters of ``dnn``."""

    depth: int = Field(2, ge=1, le=32, description="number of shared hidden layers")
    width: int = Field(128, ge=1, description="units of a hidden layer")
    norm: Norm = Field("dataset", description=_NORM)
    dropout: float = Field(0.2, ge=0, lt=1, description="share of units dropped after each layer")


class CnnParameters(Parameters):
    """Parameters of ``cnn``."""

    depth: int = Field(4, ge=1, le=16, description="number of blocks")
    width: int = Field(16, ge=1, description="channels of the first block")
    growth: Growth = Field("linear", description="channels of block i: width·i, width·2^(i−1), or width")
    norm: Norm = Field("dataset", description=_NORM)
    pool: Pool = Field("max", description="pooling at the end of a block")
    global_pool: Pool = Field("avg", description="pooling over what is left of bins and frames")
    dropout: float = Field(0.1, ge=0, lt=1, description="share of activations dropped after each block")
