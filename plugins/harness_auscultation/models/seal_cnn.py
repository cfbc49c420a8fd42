"""The source's convolutional network, with padding left out."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from torch import Tensor, nn

from harness.api import DataSetNorm, Dropout, HardSharing, TrainingError, frame_mask, gate, masked_mean
from harness_auscultation.models.parameters import SealCnnParameters


class SealCnn(HardSharing):
    """Blocks of convolution, ReLU, maximum pooling and dropout; the mean of the last maps; one dense layer a task.

    Rosiu 2021: four blocks, 128 maps at the end, global average pooling, then one dense layer a task. Widths before
    the last, kernels, pooling and the rate of dropout are lost: they are parameters.

    With ``mask`` padding cannot be a feature: the input and the maps of every block are zero where there is no audio,
    as beyond the edges of a picture, and the mean is over audio alone. What stands in the padding changes nothing.
    Without ``heed`` the same feature is seen as the source saw it, padding included.

    Raises:
        TrainingError: the input is too small for the blocks, or has no such mask channel, or nothing beside it.
    """

    def __init__(
        self, parameters: SealCnnParameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        super().__init__(SealTrunk(parameters, input_shape), parameters.widths[-1], heads)

    def maps(self, x: Tensor) -> Tensor:
        """Return the last maps, ``[batch, widths[-1], bins, frames]``, whose mean the heads are linear in."""
        maps: Tensor = self.trunk.maps(x)  # type: ignore[operator]
        return maps


class SealTrunk(nn.Module):
    """``[batch, channels, bins, frames]`` → ``[batch, widths[-1]]``."""

    def __init__(self, parameters: SealCnnParameters, input_shape: tuple[int, int, int]) -> None:
        super().__init__()
        _check(parameters, input_shape)
        self.mask, self.heed = parameters.mask, parameters.heed
        self.inputs = [channel for channel in range(input_shape[0]) if channel != parameters.mask]
        self.blocks = nn.ModuleList(
            _block(*widths, parameters) for widths in pairwise([len(self.inputs), *parameters.widths])
        )

    def forward(self, x: Tensor) -> Tensor:
        return masked_mean(self.maps(x), self._mask_of(x))

    def maps(self, x: Tensor) -> Tensor:
        """Return the maps of the last block, zero in the padding where the mask is heeded."""
        mask = self._mask_of(x)
        x = x[:, self.inputs]
        for layer in (nn.Identity(), *self.blocks):
            x = layer(x) if mask is None else gate(layer(x), mask)
        return x

    def _mask_of(self, x: Tensor) -> Tensor | None:
        return frame_mask(x, self.mask) if self.mask is not None and self.heed else None


def _block(inputs: int, outputs: int, parameters: SealCnnParameters) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, parameters.kernel, padding=parameters.kernel // 2),
        DataSetNorm(outputs) if parameters.norm == "dataset" else nn.Identity(),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(parameters.pool, ceil_mode=True),
        Dropout(parameters.dropout),
    )


def _check(parameters: SealCnnParameters, input_shape: tuple[int, int, int]) -> None:
    channels, bins, frames = input_shape
    if parameters.mask is not None and (parameters.mask >= channels or channels < 2):
        raise TrainingError(
            f"seal_cnn: mask is channel {parameters.mask}, but the feature has {channels} channels, counted from 0; "
            "it needs the mask and at least one channel beside it (`mask: true` of pcen, or `padding_mask` in a stack)"
        )
    smallest = parameters.pool ** (len(parameters.widths) - 1)
    if min(bins, frames) < smallest:
        raise TrainingError(
            f"seal_cnn: {len(parameters.widths)} blocks that pool by {parameters.pool} need at least "
            f"{smallest} bins and frames; the feature gives {bins} bins and {frames} frames"
        )
