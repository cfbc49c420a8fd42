"""Logistic loss of one logit a class, for clips with any number of classes."""

from __future__ import annotations

import torch
from torch import Tensor

from harness.api import Loss, Task
from harness_training.losses._common import binary_weights, logistic, n_classes_of
from harness_training.parameters import ClassificationLossParameters


class MultilabelCrossEntropy(Loss):
    r"""Mean over the classes of the logistic loss of ``logits [batch, classes]`` and ``targets [batch,
    classes]``.

    .. math:: \ell = \frac1K \sum_c -w_{1c}\, y_c \log \sigma(z_c) - w_{0c}\, (1 - y_c) \log (1 - \sigma(z_c))

    The weights are 1 or, with ``class_weights: balanced``, :math:`n / (2 n_{vc})` for each class :math:`c`
    and value :math:`v` on the training part. A NaN target (that class was not annotated) leaves the mean; a
    clip without any label costs nothing.
    """

    stacked = "harness_training.losses.stacked:StackedMultilabelCrossEntropy"

    def __init__(self, parameters: ClassificationLossParameters, task: Task) -> None:
        super().__init__(parameters, task)
        self.n_classes = n_classes_of(task, "multilabel", at_least=1)
        self.balanced = parameters.class_weights == "balanced"
        self.register_buffer("weights", torch.ones(2, self.n_classes))

    @property
    def outputs(self) -> int:
        return self.n_classes

    def fit(self, targets: Tensor) -> None:
        """Set the weights of absence and presence of each class from the training part, ``[n, classes]``."""
        if self.balanced:
            self.weights = binary_weights(targets)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        values, known = logistic(logits, targets, self.weights if self.balanced else None)
        return values.sum(-1) / known.sum(-1).clamp(min=1)

    def probabilities(self, logits: Tensor) -> Tensor:
        return torch.sigmoid(logits)

    def decide(self, probabilities: Tensor) -> Tensor:
        """Return 1 for each class of at least probability 0.5, ``[batch, classes]`` float32."""
        return (probabilities >= 0.5).float()
