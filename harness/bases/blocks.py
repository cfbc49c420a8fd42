"""The blocks that ``cnn`` and ``dnn`` are made of, for every model that is put together from the same kind."""

from __future__ import annotations

import math

from torch import nn

from harness.bases.dropout import Dropout
from harness.bases.norm import DataSetNorm
from harness.errors import TrainingError


def normalisation(norm: str, channels: int, *, dimensions: int) -> nn.Module:
    """Return a normalisation layer: ``dimensions`` is 1 for ``[batch, channels]``, 2 for a picture.

    ``norm`` is ``dataset``, ``shared``, ``group`` or ``none``. ``group`` takes at most 8 groups, as many as divide the
    channels (Wu & He 2018, arXiv:1803.08494).
    """
    if norm == "dataset":
        return DataSetNorm(channels)
    if norm == "shared":
        return nn.BatchNorm1d(channels) if dimensions == 1 else nn.BatchNorm2d(channels)
    if norm == "group":
        return nn.GroupNorm(math.gcd(8, channels), channels)
    return nn.Identity()


def dense_block(inputs: int, outputs: int, *, norm: str, dropout: float) -> nn.Sequential:
    """Return linear, normalisation, ReLU and dropout: ``[batch, inputs]`` → ``[batch, outputs]``."""
    return nn.Sequential(
        nn.Linear(inputs, outputs, bias=norm == "none"),
        normalisation(norm, outputs, dimensions=1),
        nn.ReLU(inplace=True),
        Dropout(dropout),
    )


def conv_block(
    inputs: int,
    outputs: int,
    size: tuple[int, int],
    *,
    norm: str,
    pool: str,
    dropout: float,
    kernel: int = 3,
) -> nn.Sequential:
    """Return convolution (``kernel`` × ``kernel``, odd), normalisation, ReLU, 2×2 pooling and dropout.

    ``[batch, inputs, bins, frames]`` → ``[batch, outputs, ⌈bins/2⌉, ⌈frames/2⌉]``, where ``size`` is (bins, frames). An
    axis that is down to 1 is not pooled any more; an odd last bin or frame is pooled alone. ``pool`` is ``max``,
    ``avg`` or ``none`` (bins and frames stay).
    """
    pooling, activation = _pooling(pool, size), nn.ReLU(inplace=True)
    layers = [
        nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=norm == "none"),
        normalisation(norm, outputs, dimensions=2),
        # Maximum pooling and ReLU commute; pooling first leaves a quarter of the activations.
        *((pooling, activation) if pool == "max" else (activation, pooling)),
        Dropout(dropout),
    ]
    return nn.Sequential(*layers)


def _pooling(pool: str, size: tuple[int, int]) -> nn.Module:
    kernel = (min(2, size[0]), min(2, size[1]))
    if pool == "none":
        return nn.Identity()
    return nn.MaxPool2d(kernel, ceil_mode=True) if pool == "max" else nn.AvgPool2d(kernel, ceil_mode=True)


def conv_channels(width: int, depth: int, growth: str) -> list[int]:
    """Return the channels of each block: of block i, width·i (``linear``), width·2^(i−1) (``double``) or width."""
    factors = {
        "linear": [block + 1 for block in range(depth)],
        "double": [2**block for block in range(depth)],
        "none": [1] * depth,
    }
    return [width * factor for factor in factors[growth]]


def conv_sizes(input_shape: tuple[int, int, int], depth: int) -> list[tuple[int, int]]:
    """Return the input's (bins, frames) of each of ``depth`` blocks; every block halves them, rounding up.

    Raises:
        TrainingError: the input is down to 1×1 before the last block.
    """
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
