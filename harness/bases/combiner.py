"""Combiners: from the losses of the tasks to one update of the network."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn


class StepContext(Protocol):
    """What one optimizer step offers to a combiner. Tensors have one entry a task, in the order of ``tasks``."""

    tasks: tuple[str, ...]
    #: ``[tasks]`` bool: which tasks have labels in this step's batch. The loss of an absent task is zero.
    present: Tensor
    #: Optimizer steps made so far, and whether this step is the last one of the group's epoch.
    step: int
    ends_epoch: bool
    #: The shapes of the parameters that several tasks share: the columns of :meth:`gradients`, tensor by tensor.
    shapes: tuple[torch.Size, ...]

    def losses(self) -> Tensor:
        """Return the mean loss of every task, ``[tasks]``, differentiable; zero for absent tasks."""

    def gradients(self) -> Tensor:
        """Return ``[tasks, parameters]``: each task's gradient for the parameters that several tasks share.

        The gradients of parameters that one task alone uses (its head) are put into ``.grad`` directly.
        """

    def gramian(self) -> Tensor:
        """Return ``gradients() @ gradients().T``, ``[tasks, tasks]``."""

    def halves(self) -> Tensor:
        """Return ``[2, tasks, parameters]``: as :meth:`gradients`, of the first and of the second half of each task's
        samples in the batch, which are independent draws. ``.grad`` is left alone. Both halves see one forward pass
        (and so one normalisation by the batch); a task with a single sample has it in both.
        """

    def backward(self, loss: Tensor) -> None:
        """Fill ``.grad`` of every parameter from a scalar loss."""

    def set_gradient(self, gradient: Tensor) -> None:
        """Fill ``.grad`` of the shared parameters from one vector, ``[parameters]``."""

    def update(self) -> None:
        """Let the optimizer take its step with what is in ``.grad``."""

    def losses_after(self) -> Tensor:
        """Return the losses on the same batch after :meth:`update`, ``[tasks]``, without gradient."""


class Combiner(nn.Module):
    """Base of combiners. Its learned parameters join the network's optimizer; ``state_dict()`` is its whole state.

    State that is not a tensor, or whose shape changes, goes through ``get_extra_state`` and ``set_extra_state`` as
    plain JSON values.
    """

    def step(self, context: StepContext) -> None:
        """Make one update: fill the gradients and call ``context.update()``."""
        raise NotImplementedError


class Scalarizer(Combiner):
    """Losses to one loss: override :meth:`scalarize`."""

    def step(self, context: StepContext) -> None:
        losses = context.losses()
        context.backward(self.scalarize(losses, context))
        context.update()

    def scalarize(self, losses: Tensor, context: StepContext) -> Tensor:
        """Return one loss, a scalar, from ``losses [tasks]``."""
        raise NotImplementedError


class Aggregator(Combiner):
    """Per-task gradients to one gradient: override :meth:`aggregate`."""

    def step(self, context: StepContext) -> None:
        gradients = context.gradients()
        if gradients.shape[1]:
            context.set_gradient(self.aggregate(gradients, context))
        context.update()

    def aggregate(self, gradients: Tensor, context: StepContext) -> Tensor:
        """Return one gradient, ``[parameters]``, from ``gradients [tasks, parameters]``; absent tasks' rows are 0."""
        raise NotImplementedError


def present_only(values: Tensor, context: StepContext) -> Tensor:
    """Return the entries (or rows) of the tasks that this step has labels of."""
    return values if bool(torch.all(context.present)) else values[context.present]
