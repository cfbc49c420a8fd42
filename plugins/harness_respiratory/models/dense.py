"""The dense block without its last layer, which is a task's head."""

from __future__ import annotations

from torch import nn

from harness.api import DataSetNorm, Dropout
from harness_respiratory.models.parameters import InceptionResidualParameters


def dense_block(inputs: int, parameters: InceptionResidualParameters) -> nn.Sequential:
    """Return FC[E], batch normalisation, ReLU, dropout: ``[batch, inputs]`` → ``[batch, dense_width]``."""
    return nn.Sequential(
        nn.Linear(inputs, parameters.dense_width, bias=False),
        DataSetNorm(parameters.dense_width),
        nn.ReLU(inplace=True),
        Dropout(parameters.dense_dropout),
    )
