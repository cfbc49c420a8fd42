"""The Audio Spectrogram Transformer, through transformers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from harness.api import HardSharing, TrainingError
from harness_cough.models.inputs import channels_of
from harness_cough.models.local import configuration, load_state, transformers
from harness_cough.models.parameters import AstParameters

_POSITIONS = "embeddings.position_embeddings"
#: The class token and the distillation token, before the patches.
_TOKENS = 2


class Ast(HardSharing):
    """Overlapping patches of a spectrogram through a transformer; one dense layer a task.

    Gong et al. 2021, "AST: Audio Spectrogram Transformer" (arXiv:2104.01778, section 2), as transformers' ``ASTModel``:
    ``(1 + ⌊(bins − patch) / stride⌋) · (1 + ⌊(frames − patch) / stride⌋)`` patches and two tokens, whose mean after the
    last layer is the embedding. It takes one spectrogram, and with ``side`` the side vector in the last channel.
    Positions of local weights are interpolated (bilinear) to the size of the input, as in the paper's section 2.2.

    Raises:
        TrainingError: an input smaller than a patch, several spectrograms, weights that do not fit.
        PluginError: transformers is not installed.
    """

    def __init__(
        self, parameters: AstParameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        _check(parameters, input_shape)
        super().__init__(AstTrunk(parameters, input_shape), parameters.width + parameters.side, heads)


class AstTrunk(nn.Module):
    """``[batch, channels, bins, frames]`` → ``[batch, width + side]``."""

    def __init__(self, parameters: AstParameters, input_shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.channels = channels_of("ast", input_shape, side=parameters.side)
        self.network = _network(parameters, *input_shape[1:])

    def forward(self, x: Tensor) -> Tensor:
        spectrogram = x[:, self.channels.pictures[0]].transpose(1, 2)  # [batch, frames, bins]
        return self.channels.join(self.network(spectrogram).pooler_output, x)


def resized(positions: Tensor, old: tuple[int, int], new: tuple[int, int]) -> Tensor:
    """Return ``positions [1, 2 + old bins · old frames, width]`` of patches interpolated to the ``new`` grid."""
    tokens, patches = positions[:, :_TOKENS], positions[:, _TOKENS:]
    grid = patches.transpose(1, 2).unflatten(2, old)
    grid = nn.functional.interpolate(grid, size=new, mode="bilinear", align_corners=False)
    return torch.cat([tokens, grid.flatten(2).transpose(1, 2)], dim=1)


def _network(parameters: AstParameters, bins: int, frames: int) -> nn.Module:
    library = transformers("ast")
    values: dict[str, Any] = {
        "hidden_size": parameters.width,
        "num_hidden_layers": parameters.layers,
        "num_attention_heads": parameters.heads,
        "patch_size": parameters.patch,
        "frequency_stride": parameters.stride,
        "time_stride": parameters.stride,
    }
    config = configuration("ast", library.ASTConfig, parameters, values)
    if parameters.weights is None:
        config.intermediate_size = 4 * parameters.width
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = parameters.dropout
    old = _grid(parameters, config.num_mel_bins, config.max_length)
    config.num_mel_bins, config.max_length = bins, frames
    network: nn.Module = library.ASTModel(config)
    if parameters.weights is not None:
        state = load_state("ast", library.ASTModel, parameters)
        state[_POSITIONS] = resized(state[_POSITIONS], old, _grid(parameters, bins, frames))
        network.load_state_dict(state)
    return network


def _grid(parameters: AstParameters, bins: int, frames: int) -> tuple[int, int]:
    patch, stride = parameters.patch, parameters.stride
    return (bins - patch) // stride + 1, (frames - patch) // stride + 1


def _check(parameters: AstParameters, input_shape: tuple[int, int, int]) -> None:
    channels, bins, frames = input_shape
    if channels - bool(parameters.side) != 1:
        raise TrainingError(
            f"ast takes one spectrogram; the feature has {channels} channels, {int(bool(parameters.side))} of them "
            "the side vector"
        )
    if min(bins, frames) < parameters.patch:
        raise TrainingError(
            f"ast: the feature gives {bins} bins and {frames} frames; a patch needs {parameters.patch} of each"
        )
