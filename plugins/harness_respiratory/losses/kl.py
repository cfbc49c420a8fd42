"""Kullback-Leibler divergence of a softmax from (mixed) labels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from harness.api import DataError, Loss, Parameters, Task

#: The class of a clip that has no label.
MISSING = -1


class Kl(Loss):
    r"""Divergence of the softmax of ``logits [batch, classes]`` from the label's distribution.

    .. math:: \ell = \sum_c y_c \log \frac{y_c}{\hat y_c}, \qquad \hat y = \mathrm{softmax}(z)

    (Ngo et al. 2023, section on the loss.) A label of one class makes it the cross-entropy. A mixed label, ``w`` of one
    class and ``1 − w`` of another, costs 0 where the softmax equals it; its gradient is that of mixed cross-entropies.
    A binary task has a softmax of two, as in the source, and not one logit. A clip without label costs nothing.

    The source adds :math:`(\lambda/2) \lVert\Theta\rVert^2` to the *sum* over a batch of n. The harness takes the mean,
    whose objective is the n-th part of that with ``weight_decay: λ / n``; Adam's updates do not depend on the scale.
    """

    def __init__(self, parameters: Parameters, task: Task) -> None:
        super().__init__(parameters, task)
        if task.kind not in ("binary", "multiclass"):
            raise DataError(
                f"task {task.name!r} is {task.kind}; the loss kl is for binary and multiclass tasks"
            )
        if len(task.classes or ()) < 2:
            raise DataError(f"task {task.name!r} needs at least 2 classes for kl, found {task.classes}")
        self.n_classes = len(task.classes or ())

    @property
    def outputs(self) -> int:
        return self.n_classes

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        classes = class_numbers(targets)
        return functional.cross_entropy(logits, classes, ignore_index=MISSING, reduction="none")

    def mixed(self, logits: Tensor, targets: Tensor, others: Tensor, weight: Tensor) -> Tensor:
        """Return ``[batch]`` divergences from labels that are ``weight`` of ``targets`` and the rest of ``others``.

        Where one of the two is missing, the other's loss counts by its part.
        """
        linear = super().mixed(logits, targets, others, weight)
        own, other = class_numbers(targets), class_numbers(others)
        both = (own != other) & (own != MISSING) & (other != MISSING)
        negative_entropy = torch.xlogy(weight, weight) + torch.xlogy(1 - weight, 1 - weight)
        return linear + negative_entropy * both

    def probabilities(self, logits: Tensor) -> Tensor:
        return torch.softmax(logits, dim=-1)

    def decide(self, probabilities: Tensor) -> Tensor:
        """Return the likeliest class: ``[batch]`` int64, for a binary task float32 (0 or 1)."""
        decision = probabilities.argmax(dim=-1)
        return decision.float() if self.task.kind == "binary" else decision


def class_numbers(targets: Tensor) -> Tensor:
    """Return ``[batch]`` int64 classes, -1 where there is no label, of binary or multiclass ``targets``."""
    if not targets.is_floating_point():
        return targets
    return torch.where(torch.isnan(targets), torch.full_like(targets, MISSING), targets).long()
