"""Logistic loss of one logit."""

from __future__ import annotations

import torch
from torch import Tensor

from harness.api import Loss, Task
from harness_training.losses._common import binary_weights, logistic, n_classes_of
from harness_training.parameters import ClassificationLossParameters


class BinaryCrossEntropy(Loss):
    r"""Logistic loss of ``logits [batch, 1]`` and ``targets [batch]`` float32 (0 or 1).

    .. math:: \ell = -w_1\, y \log \sigma(z) - w_0\, (1 - y) \log (1 - \sigma(z))

    (Bishop 2006, eq. 4.90). The weights are 1 or, with ``class_weights: balanced``, :math:`n / (2 n_c)` on
    the training part. A NaN target (no label) costs nothing. The second of the task's classes is the positive
    one.
    """

    stacked = "harness_training.losses.stacked:StackedBinaryCrossEntropy"

    def __init__(self, parameters: ClassificationLossParameters, task: Task) -> None:
        super().__init__(parameters, task)
        n_classes_of(task, "binary", at_least=2, at_most=2)
        self.balanced = parameters.class_weights == "balanced"
        self.register_buffer("weights", torch.ones(2))

    @property
    def outputs(self) -> int:
        return 1

    def fit(self, targets: Tensor) -> None:
        """Set the weights of the two classes from the training part's ``targets [n]``."""
        if self.balanced:
            self.weights = binary_weights(targets)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        return logistic(logits[:, 0], targets, self.weights if self.balanced else None)[0]

    def probabilities(self, logits: Tensor) -> Tensor:
        """Return ``[batch, 2]``: the probability of the first and of the second class."""
        return torch.sigmoid(torch.cat([-logits, logits], dim=-1))

    def decide(self, probabilities: Tensor) -> Tensor:
        """Return 1 where the second class has at least probability 0.5, ``[batch]`` float32."""
        return (probabilities[:, 1] >= 0.5).float()
