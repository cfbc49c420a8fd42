"""Losses: logits and targets to a value a sample, and the decision that goes with them."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from harness.records import Parameters, Task


class Loss(nn.Module):
    """Base of losses for one task. Targets are ``[batch]`` int64 (multiclass), ``[batch]`` float32 (binary, regression)
    or ``[batch, classes]`` float32 (multilabel). Constants learned by :meth:`fit` are buffers.
    """

    def __init__(self, parameters: Parameters, task: Task) -> None:
        super().__init__()
        self.task = task

    @property
    def outputs(self) -> int:
        """The number of logits that the head must have."""
        raise NotImplementedError

    def fit(self, targets: Tensor) -> None:
        """Learn constants (class weights, the target's scale) from the training part's targets."""

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Return a loss a sample, ``[batch]``, from ``logits [batch, outputs]``."""
        raise NotImplementedError

    def probabilities(self, logits: Tensor) -> Tensor:
        """Return ``[batch, classes]`` probabilities; for regression the predicted value, ``[batch, 1]``."""
        raise NotImplementedError

    def decide(self, probabilities: Tensor) -> Tensor:
        """Return decisions from (averaged) probabilities, shaped and typed as the targets."""
        raise NotImplementedError


def mean_where(values: Tensor, mask: Tensor) -> Tensor:
    """Return the mean of ``values [batch]`` where ``mask [batch]``; zero where nothing is masked in."""
    weight = mask.to(values.dtype)
    return (torch.where(mask, values, torch.zeros_like(values))).sum() / weight.sum().clamp(min=1)
