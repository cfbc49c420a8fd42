"""Softmax cross-entropy of one class of several."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from harness.api import Loss, Task
from harness_training.losses._common import balanced_weights, n_classes_of
from harness_training.parameters import CrossEntropyParameters

#: The target of a clip that has no label.
MISSING = -1


class CrossEntropy(Loss):
    r"""Cross-entropy of ``logits [batch, classes]`` and ``targets [batch]`` int64.

    .. math:: \ell = -\sum_c w_c\, q_c \log \mathrm{softmax}(z)_c, \qquad
              q_c = (1 - \varepsilon)\,[c = y] + \varepsilon / K

    with label smoothing :math:`\varepsilon` (Szegedy et al. 2016, arXiv:1512.00567, section 7) and class
    weights :math:`w_c`, which are 1 or, with ``class_weights: balanced``, :math:`n / (K n_c)` on the training
    part. A sample's value is not divided by the weights' sum, because their mean over the training part is 1.
    A target of -1 (no label) costs nothing.
    """

    stacked = "harness_training.losses.stacked:StackedCrossEntropy"

    def __init__(self, parameters: CrossEntropyParameters, task: Task) -> None:
        super().__init__(parameters, task)
        self.settings = parameters
        self.n_classes = n_classes_of(task, "multiclass", at_least=2)
        self.register_buffer("weights", torch.ones(self.n_classes))

    @property
    def outputs(self) -> int:
        return self.n_classes

    def fit(self, targets: Tensor) -> None:
        """Set the class weights from the training part's ``targets [n]``."""
        if self.settings.class_weights == "balanced":
            counts = torch.bincount(targets[targets != MISSING], minlength=self.n_classes)
            self.weights = balanced_weights(counts.double())

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        return functional.cross_entropy(
            logits,
            targets,
            weight=self.weights if self.settings.class_weights == "balanced" else None,
            ignore_index=MISSING,
            reduction="none",
            label_smoothing=self.settings.label_smoothing,
        )

    def probabilities(self, logits: Tensor) -> Tensor:
        return torch.softmax(logits, dim=-1)

    def decide(self, probabilities: Tensor) -> Tensor:
        """Return the likeliest class, ``[batch]`` int64; the first one of several that are equally likely."""
        return probabilities.argmax(dim=-1)
