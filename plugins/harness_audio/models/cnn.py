"""Convolutional network."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from harness.api import HardSharing, conv_block, conv_channels, conv_sizes
from harness_audio.models.parameters import ConvParameters


class Cnn(HardSharing):
    """Blocks of convolution, normalisation, ReLU, 2×2 pooling, dropout; global pooling; one head a task.

    ``[batch, channels, bins, frames]`` → ``{task: [batch, outputs]}``. With 3×3 convolutions (``cnn``) the
    shape of the small networks of Kong et al. 2020, "PANNs" (arXiv:1912.10211), with one convolution a
    block; ``cnn5`` is the second classifier of Callebaut 2021: 4 blocks of 64 channels of 5×5, batch
    normalisation, global maximum pooling (pooling within the blocks and dropout are not told there).

    The trunk is initialised before the heads and does not depend on them: the same seed gives the same trunk
    alone and in a group.

    Raises:
        TrainingError: the input is down to 1×1 before the last block.
    """

    def __init__(
        self, parameters: ConvParameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        widths = conv_channels(parameters.width, parameters.depth, parameters.growth)
        super().__init__(CnnTrunk(parameters, input_shape, widths), widths[-1], heads)


class CnnTrunk(nn.Module):
    """The blocks and the global pooling: ``[batch, channels, bins, frames]`` → ``[batch, widths[-1]]``."""

    def __init__(
        self, parameters: ConvParameters, input_shape: tuple[int, int, int], widths: list[int]
    ) -> None:
        super().__init__()
        pooled = parameters.pool != "none"
        sizes = conv_sizes(input_shape, parameters.depth) if pooled else [input_shape[1:]] * parameters.depth
        self.blocks = nn.Sequential(
            *(
                conv_block(
                    inputs,
                    outputs,
                    size,
                    norm=parameters.norm,
                    pool=parameters.pool,
                    dropout=parameters.dropout,
                    kernel=parameters.kernel_size,
                )
                for inputs, outputs, size in zip([input_shape[0], *widths], widths, sizes)
            )
        )
        self.global_pool = parameters.global_pool

    def forward(self, x: Tensor) -> Tensor:
        # On the CPU channels-last convolution and pooling take two thirds of the time; the weights stay
        # contiguous.
        x = self.blocks(x.to(memory_format=torch.channels_last))
        # Plain reductions: unlike adaptive pooling, their backward is deterministic on CUDA.
        return x.mean(dim=(2, 3)) if self.global_pool == "avg" else x.amax(dim=(2, 3))

    def in_layers(self) -> list[nn.Module]:
        """Return the forward pass as layers in order, from which an engine makes one network of many."""
        pool = nn.AdaptiveAvgPool2d(1) if self.global_pool == "avg" else nn.AdaptiveMaxPool2d(1)
        return [*self.blocks, pool, nn.Flatten()]
