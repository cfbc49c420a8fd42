"""Parameters of the networks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from harness.api import Parameters


class SealCnnParameters(Parameters):
    """Parameters of ``seal_cnn``; the source gives four blocks, dropout after each, and 128 maps at the end."""

    widths: tuple[int, ...] = Field((16, 32, 64, 128), min_length=1, description="maps of each block")
    kernel: int = Field(3, ge=1, description="side of the square kernels; odd, so that maps stay aligned")
    pool: int = Field(2, ge=1, description="side of the maximum pooling after each block")
    dropout: float = Field(0.2, ge=0, lt=1, description="share of activations dropped after each block")
    norm: Literal["none", "dataset"] = Field(
        "none", description="none, as in the source, or batch normalisation a data set"
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
