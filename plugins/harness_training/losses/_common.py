"""What the classification losses share: checks of the task, balanced class weights, missing labels."""

from __future__ import annotations

import torch
from torch import Tensor

from harness.api import DataError, Task, TaskKind


def n_classes_of(task: Task, kind: TaskKind, *, at_least: int, at_most: int | None = None) -> int:
    """Return the number of classes of a task of this kind; raise :class:`DataError` where they do not fit."""
    if task.kind != kind:
        raise DataError(f"task {task.name!r} is {task.kind}; this loss is for {kind} tasks")
    n = len(task.classes or ())
    if n < at_least or (at_most is not None and n > at_most):
        allowed = str(at_least) if at_most == at_least else f"at least {at_least}"
        raise DataError(
            f"task {task.name!r} is {kind} and needs {allowed} classes, found {n}: {task.classes}"
        )
    return n


def balanced_weights(counts: Tensor) -> Tensor:
    r"""Return a weight a class, :math:`w_c = n / (K\, n_c)`, from the class counts ``[…, classes]``.

    This is scikit-learn's "balanced" (King and Zeng 2001): the weights' mean over the training part is 1, so
    the loss keeps its scale. ``K`` counts the classes that occur; one that does not gets weight 1 (it has no
    samples there to weigh).
    """
    occurs = counts > 0
    weights = counts.sum(-1, keepdim=True) / (occurs.sum(-1, keepdim=True) * counts.clamp(min=1))
    return torch.where(occurs, weights, torch.ones_like(weights)).float()


def binary_weights(targets: Tensor) -> Tensor:
    """Return the balanced weights of absence and presence, ``[2]`` or ``[2, classes]``, from 0/1 ``targets
    [n, …]``.

    Missing labels (NaN) are not counted.
    """
    counts = torch.stack([(targets == value).sum(0) for value in (0, 1)], dim=-1).double()
    return balanced_weights(counts).movedim(-1, 0).contiguous()


def logistic(logits: Tensor, targets: Tensor, weights: Tensor | None) -> tuple[Tensor, Tensor]:
    """Return the weighted logistic loss of every entry and a mask of the labels that are there.

    ``logits`` and ``targets`` have one shape; a missing label is NaN and costs nothing. The target is
    replaced before the loss is taken, because a NaN behind a mask would still reach the gradient.
    """
    known = ~torch.isnan(targets)
    targets = torch.where(known, targets, torch.zeros_like(targets))
    values = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    if weights is not None:
        values = values * torch.where(targets > 0.5, weights[1], weights[0])
    return values * known, known
