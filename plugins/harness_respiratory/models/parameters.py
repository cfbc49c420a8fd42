"""Parameters of ``inception_residual``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from harness.api import Parameters

Combine = Literal["concatenation", "linear"]


class InceptionResidualParameters(Parameters):
    """What the source gives (λ, kernels, channels, heads, key size), and what its drawings held and is chosen here."""

    inception_width: int = Field(16, ge=1, description="channels of each of Inc01's three kernels (chosen)")
    channels: tuple[int, int] = Field((128, 256), description="channels of the two inception-residual blocks")
    kernel: int = Field(3, ge=1, description="K of the kernels K×1, K×K and 1×K, odd (chosen)")
    after_kernel: int = Field(
        3, ge=1, description="kernel of the convolution behind the sum of those three, odd (chosen)"
    )
    inner_pool: int = Field(3, ge=1, description="average pooling behind each of the three, odd (chosen)")
    inner_stride: int = Field(1, ge=1, description="stride of that pooling; 1 keeps the size (chosen)")
    pool: int = Field(2, ge=1, description="size and stride of the pooling at the end of a block (chosen)")
    residual: float = Field(0.4, ge=0, description="λ of the residual normalisation")
    dropout: float = Field(0.1, ge=0, lt=1, description="share of activations dropped in a block (chosen)")
    heads: int = Field(16, ge=1, description="heads of each attention")
    key_size: int = Field(32, ge=1, description="size of a head's keys, queries and values")
    dense_width: int = Field(128, ge=1, description="E, the units of the dense block (chosen)")
    dense_dropout: float = Field(0.3, ge=0, lt=1, description="dropout of the dense block (chosen)")
    combine: Combine = Field("linear", description="how the embeddings of several branches become one")
    branch_heads: bool = Field(
        True, description="dense blocks and heads for each of several branches, which `branch_losses` trains"
    )

    @model_validator(mode="after")
    def _odd_where_sizes_are_kept(self) -> InceptionResidualParameters:
        for name in ("kernel", "after_kernel", "inner_pool"):
            if getattr(self, name) % 2 == 0:
                raise ValueError(f"{name} must be odd, found {getattr(self, name)}")
        if min(self.channels) < 1:
            raise ValueError(f"channels must be at least 1, found {list(self.channels)}")
        return self
