"""Squared error of a standardised target."""

from __future__ import annotations

import torch
from torch import Tensor

from harness.api import DataError, Loss, Parameters, Task


class MeanSquaredError(Loss):
    r"""Squared error of ``logits [batch, 1]`` and ``targets [batch]`` float32, standardised on the training
    part.

    .. math:: \ell = \left(z - \frac{y - \mu}{\sigma}\right)^2, \qquad \hat y = \mu + \sigma z

    The network learns a target of zero mean and unit deviation, so that a task's loss has the same size
    whatever its unit is; a network that predicts the training mean has a loss of 1. Predictions are in the
    task's own unit. A target that is constant, up to the rounding of float32, has :math:`\sigma = 1`. A
    NaN target (no label) costs nothing.
    """

    stacked = "harness_training.losses.stacked:StackedMeanSquaredError"
    mean: Tensor
    deviation: Tensor

    def __init__(self, parameters: Parameters, task: Task) -> None:
        super().__init__(parameters, task)
        if task.kind != "regression":
            raise DataError(f"task {task.name!r} is {task.kind}; this loss is for regression tasks")
        self.register_buffer("mean", torch.zeros(()))
        self.register_buffer("deviation", torch.ones(()))

    @property
    def outputs(self) -> int:
        return 1

    def fit(self, targets: Tensor) -> None:
        """Set the target's mean and (population) deviation from the training part's ``targets [n]``."""
        known = targets[~torch.isnan(targets)].double()
        if not len(known):
            raise DataError(f"task {self.task.name!r} has no target in its training part")
        mean, deviation = known.mean(), known.std(correction=0)
        constant = deviation <= torch.finfo(torch.float32).eps * mean.abs()
        self.mean = mean.float()
        self.deviation = torch.where(constant, torch.ones_like(deviation), deviation).float()

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        known = ~torch.isnan(targets)
        standardised = (torch.where(known, targets, self.mean) - self.mean) / self.deviation
        return (logits[:, 0] - standardised).square() * known

    def probabilities(self, logits: Tensor) -> Tensor:
        """Return the predicted values in the task's unit, ``[batch, 1]``."""
        return self.mean + self.deviation * logits

    def decide(self, probabilities: Tensor) -> Tensor:
        """Return the predicted values, ``[batch]`` float32."""
        return probabilities[:, 0]
