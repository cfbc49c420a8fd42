"""Losses: logits and targets to a value a sample, and the decision that goes with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from harness.records import Parameters, Task


class Loss(nn.Module):
    """Base of losses for one task. Targets are ``[batch]`` int64 (multiclass), ``[batch]`` float32 (binary,
    regression) or ``[batch, classes]`` float32 (multilabel). Constants learned by :meth:`fit` are buffers.

    ``stacked`` may name the form that serves many trainings at once, a :class:`StackedLoss`, as
    ``"package.module:Class"``. It holds for this class alone: one that derives from it names its own.
    """

    stacked: ClassVar[str | None] = None

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

    def mixed(self, logits: Tensor, targets: Tensor, others: Tensor, weight: Tensor) -> Tensor:
        """Return a loss a sample, ``[batch]``, of samples that are ``weight [batch]`` of one with ``targets`` and the
        rest of one with ``others``: the losses mixed alike, which is the loss of the mixed labels where the loss is
        linear in them, as cross-entropies are.
        """
        return weight * self(logits, targets) + (1 - weight) * self(logits, others)

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


class StackedLoss(nn.Module):
    """Base of the losses of ``M`` members of one class at once, built as ``Class(members)``.

    Constants are buffers with one entry a member in their first dimension. Members may differ in their
    numbers of outputs; logits and classes beyond a member's own are padding.
    """

    outputs: Tensor

    def __init__(self, members: Sequence[Loss]) -> None:
        super().__init__()
        device = next((buffer.device for buffer in members[0].buffers()), None)
        outputs = [member.outputs for member in members]
        self.register_buffer("outputs", torch.tensor(outputs, device=device))
        #: Whether members differ in their numbers of outputs: where they do not, there is no padding.
        self.ragged = len(set(outputs)) > 1

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Return ``[M, batch]`` from ``logits [M, batch, outputs]`` (the largest number of outputs) and
        ``targets [M, batch, …]``, typed as a member's own. Padding changes nothing and gets no gradient.
        """
        raise NotImplementedError

    def keep(self, index: Tensor) -> None:
        """Keep the members of ``index [kept]`` (int64), in that order."""
        for buffer in self.buffers():
            buffer.data = buffer.data[index.to(buffer.device)]
        self.ragged = len(self.outputs.unique()) > 1
