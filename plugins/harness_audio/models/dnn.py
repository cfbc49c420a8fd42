"""Fully connected network."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

from torch import nn

from harness.api import HardSharing, dense_block
from harness_audio.models.parameters import DnnParameters


class Dnn(HardSharing):
    """Shared hidden layers on the flattened feature: linear, normalisation, ReLU, dropout; one head a task.

    Caruana 1997, "Multitask Learning". The trunk is initialised before the heads and does not depend on them:
    the same seed gives the same trunk alone and in a group.
    """

    def __init__(
        self, parameters: DnnParameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        sizes = [math.prod(input_shape), *[parameters.width] * parameters.depth]
        layers = (
            dense_block(*pair, norm=parameters.norm, dropout=parameters.dropout) for pair in pairwise(sizes)
        )
        super().__init__(nn.Sequential(nn.Flatten(), *layers), parameters.width, heads)
