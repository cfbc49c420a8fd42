"""ResNet without its top, through transformers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from harness.api import DataSetNorm, HardSharing, TrainingError, gate, masked_mean
from harness_cough.models.inputs import channels_of
from harness_cough.models.local import configuration, load_state, transformers
from harness_cough.models.parameters import ResNetParameters

#: Blocks of each stage; He et al. 2016, table 1.
STAGES = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3)}
SMALLEST = 32


class ResNet(HardSharing):
    """ResNet-18, 34 or 50 without its top: the mean of the last maps, and one dense layer a task.

    He et al. 2016, "Deep residual learning for image recognition" (arXiv:1512.03385, table 1), as transformers'
    ``ResNetModel``. Maps are 1/32 of the input: it needs at least 32 bins and 32 frames. Batch normalisation is that of
    the harness (:class:`~harness.api.DataSetNorm`: each data set by itself, weights and ε as they were) unless ``norm``
    is ``shared``. Local weights of another number of input channels get their first kernels' mean, times their number
    over the input's: for a single channel this is the same as showing it to all of them.

    With ``mask`` the input and the maps of every stage are zero where there is no audio, and the mean is over audio
    alone; without ``heed`` the mask is only left out of the input. With ``side`` the side vector in the last channel is
    joined to the mean.

    Raises:
        TrainingError: an input below 32×32, channels that are not there, weights that do not fit.
        PluginError: transformers is not installed.
    """

    def __init__(
        self, parameters: ResNetParameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        if min(input_shape[1:]) < SMALLEST:
            raise TrainingError(
                f"resnet: the feature gives {input_shape[1]} bins and {input_shape[2]} frames; at least {SMALLEST} "
                "of each are needed (a larger feature, or `size` of a stack)"
            )
        trunk = ResNetTrunk(parameters, input_shape)
        super().__init__(trunk, trunk.width + parameters.side, heads)

    def maps(self, x: Tensor) -> Tensor:
        """Return the last maps, ``[batch, width, bins / 32, frames / 32]``, whose mean the heads are linear in."""
        maps: Tensor = self.trunk.maps(x)  # type: ignore[operator]
        return maps


class ResNetTrunk(nn.Module):
    """``[batch, channels, bins, frames]`` → ``[batch, width + side]``."""

    def __init__(self, parameters: ResNetParameters, input_shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.channels = channels_of(
            "resnet", input_shape, side=parameters.side, mask=parameters.mask, heed=parameters.heed
        )
        network = _network(parameters, len(self.channels.pictures))
        self.width: int = network.config.hidden_sizes[-1]
        self.stem: nn.Module = network.embedder
        self.stages: nn.ModuleList = network.encoder.stages
        if parameters.norm == "dataset":
            keep_data_sets_apart(self)

    def forward(self, x: Tensor) -> Tensor:
        return self.channels.join(masked_mean(self.maps(x), self.channels.mask_of(x)), x)

    def maps(self, x: Tensor) -> Tensor:
        """Return the maps of the last stage, zero in the padding."""
        mask = self.channels.mask_of(x)
        x = x[:, self.channels.pictures].contiguous(memory_format=torch.channels_last)
        for layer in (nn.Identity(), self.stem, *self.stages):
            x = layer(x) if mask is None else gate(layer(x), mask)
        return x


def keep_data_sets_apart(module: nn.Module) -> None:
    """Replace every ``BatchNorm2d`` within ``module`` by a :class:`DataSetNorm` with its weights and statistics."""
    for name, child in module.named_children():
        if isinstance(child, nn.BatchNorm2d):
            setattr(module, name, _data_set_norm(child))
        else:
            keep_data_sets_apart(child)


def _data_set_norm(old: nn.BatchNorm2d) -> DataSetNorm:
    new = DataSetNorm(old.num_features, eps=old.eps, momentum=old.momentum or 0.1)
    new.load_state_dict(
        {
            "weight": old.weight,
            "bias": old.bias,
            "running_mean": old.running_mean[None],  # type: ignore[index]
            "running_var": old.running_var[None],  # type: ignore[index]
        }
    )
    return new


def _network(parameters: ResNetParameters, channels: int) -> Any:
    library = transformers("resnet")
    bottleneck = parameters.depth == 50
    sizes = [parameters.width * 2**stage * (4 if bottleneck else 1) for stage in range(4)]
    values = {
        "embedding_size": parameters.width,
        "hidden_sizes": sizes,
        "depths": list(STAGES[parameters.depth]),
        "layer_type": "bottleneck" if bottleneck else "basic",
    }
    config = configuration("resnet", library.ResNetConfig, parameters, values)
    config.num_channels = channels
    network = library.ResNetModel(config)
    if parameters.weights is not None:
        state = load_state("resnet", library.ResNetModel, parameters)
        kernels = state["embedder.embedder.convolution.weight"]
        if kernels.shape[1] != channels:
            mean = kernels.mean(dim=1, keepdim=True) * (kernels.shape[1] / channels)
            state["embedder.embedder.convolution.weight"] = mean.repeat(1, channels, 1, 1)
        network.load_state_dict(state)
    return network
