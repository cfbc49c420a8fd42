"""Convolutional network."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from harness.api import Dropout, HardSharing, TrainingError
from harness_audio.models.norm import normalisation
from harness_audio.models.parameters import CnnParameters


class Cnn(HardSharing):
    """Blocks of 3×3 convolution, normalisation, ReLU, 2×2 pooling, dropout; global pooling; one head a task.

    The shape of the small networks of Kong et al. 2020, "PANNs" (arXiv:1912.10211), with one convolution a
    block. The trunk is initialised before the heads and does not depend on them: the same seed gives the same
    trunk alone and in a group.

    Raises:
        TrainingError: the input is down to 1×1 before the last block.
    """

    def __init__(
        self, parameters: CnnParameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        widths = [_channels(parameters, block) for block in range(parameters.depth)]
        super().__init__(CnnTrunk(parameters, input_shape, widths), widths[-1], heads)


class CnnTrunk(nn.Module):
    """The blocks and the global pooling: ``[batch, channels, bins, frames]`` → ``[batch, widths[-1]]``."""

    def __init__(
        self, parameters: CnnParameters, input_shape: tuple[int, int, int], widths: list[int]
    ) -> None:
        super().__init__()
        sizes = _block_sizes(input_shape, parameters.depth)
        channels = [input_shape[0], *widths]
        self.blocks = nn.Sequential(
            *(
                _block(*pair, size, parameters)
                for pair, size in zip(zip(channels, widths), sizes, strict=True)
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


def _channels(parameters: CnnParameters, block: int) -> int:
    factor = {"linear": block + 1, "double": 2**block, "none": 1}[parameters.growth]
    return parameters.width * factor


def _block_sizes(input_shape: tuple[int, int, int], depth: int) -> list[tuple[int, int]]:
    """Return the input's (bins, frames) of each block; every block halves them, rounding up."""
    sizes = [input_shape[1:]]
    while sizes[-1] != (1, 1):
        sizes.append((-(-sizes[-1][0] // 2), -(-sizes[-1][1] // 2)))
    fitting = max(1, len(sizes) - 1)
    if depth > fitting:
        raise TrainingError(
            f"cnn: depth {depth} does not fit the input [channels, bins, frames] = {list(input_shape)}, "
            f"which is down to 1×1 after {fitting} blocks; allowed: depth 1 to {fitting}, or a larger feature"
        )
    return sizes[:depth]


def _block(inputs: int, outputs: int, size: tuple[int, int], parameters: CnnParameters) -> nn.Sequential:
    # An axis that is down to 1 is not pooled any more; an odd last bin or frame is pooled alone.
    kernel = (min(2, size[0]), min(2, size[1]))
    pool = (
        nn.MaxPool2d(kernel, ceil_mode=True)
        if parameters.pool == "max"
        else nn.AvgPool2d(kernel, ceil_mode=True)
    )
    activation = nn.ReLU(inplace=True)
    layers = [
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=parameters.norm == "none"),
        normalisation(parameters.norm, outputs, dimensions=2),
        # Maximum pooling and ReLU commute; pooling first leaves a quarter of the activations.
        *((pool, activation) if parameters.pool == "max" else (activation, pool)),
        Dropout(parameters.dropout),
    ]
    return nn.Sequential(*layers)
