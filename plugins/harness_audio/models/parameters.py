"""Parameters of the networks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from harness.api import Parameters

Norm = Literal["dataset", "shared", "group", "none"]
Pool = Literal["max", "avg"]
BlockPool = Literal["max", "avg", "none"]
Growth = Literal["linear", "double", "none"]

_NORM = "batch normalisation a data set (dataset) or a whole batch (shared), group normalisation, or none"
_GROWTH = "channels of block i: width·i, width·2^(i−1), or width"


class DnnParameters(Parameters):
    """Parameters of ``dnn``."""

    depth: int = Field(2, ge=1, le=32, description="number of shared hidden layers")
    width: int = Field(128, ge=1, description="units of a hidden layer")
    norm: Norm = Field("dataset", description=_NORM)
    dropout: float = Field(0.2, ge=0, lt=1, description="share of units dropped after each layer")


class ConvParameters(Parameters):
    """What every network of convolution blocks has; ``kernel_size`` is the side of its convolutions."""

    depth: int = Field(4, ge=1, le=16, description="number of blocks")
    width: int = Field(16, ge=1, description="channels of the first block")
    growth: Growth = Field("linear", description=_GROWTH)
    norm: Norm = Field("dataset", description=_NORM)
    pool: BlockPool = Field("max", description="2×2 pooling at the end of a block, or none")
    global_pool: Pool = Field("avg", description="pooling over what is left of bins and frames")
    dropout: float = Field(0.1, ge=0, lt=1, description="share of activations dropped after each block")

    @property
    def kernel_size(self) -> int:
        """Side of the convolutions."""
        return 3


class CnnParameters(ConvParameters):
    """Parameters of ``cnn``."""

    pool: Pool = Field("max", description="pooling at the end of a block")


class Cnn5Parameters(ConvParameters):
    """Parameters of ``cnn5``; one parameter more for ``cnn`` would change the identity of its trainings."""

    width: int = Field(64, ge=1, description="channels of the first block")
    growth: Growth = Field("none", description=_GROWTH)
    kernel: Literal[1, 3, 5, 7, 9, 11] = Field(5, description="side of the convolutions")
    global_pool: Pool = Field("max", description="pooling over what is left of bins and frames")

    @property
    def kernel_size(self) -> int:
        """Side of the convolutions."""
        return self.kernel
