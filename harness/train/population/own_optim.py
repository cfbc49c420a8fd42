"""The members' own optimizers, moving the views that their parameters are of the stacked ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from harness.train.population.members import CannotStack, Seat
from harness.train.population.optim import stacked_optimizer, why_not_stacked
from harness.train.population.stack import Stacks, cut


class Optimizer(Protocol):
    """What moves the parameters of a population."""

    def step(self, active: Sequence[Tensor | None] | None = None) -> None:
        """Move every parameter by its ``.grad``."""

    def state_of(self, member: int) -> dict[str, Any]:
        """Return a member's state as its own optimizer's ``state_dict()`` has it."""

    def keep(self, index: Tensor) -> None:
        """Keep the members of ``index``, in that order, after the parameters were compacted."""


def optimizer_for(seats: Sequence[Seat], stacks: Stacks, learned: Sequence[Tensor]) -> Optimizer:
    """Return the optimizer of a population, whose combiner has the parameters ``learned``.

    On CUDA it is the stacked one, which makes no more kernel launches for many members than for one. On the
    CPU the members' own fused AdamW takes a third (8 members) to a sixth (32) of its time on a perceptron of
    0.35 million parameters: it passes over them once, a member at a time. The members' own also serve where
    there is no stacked form.
    """
    optimizers = [seat.run.optimizer for seat in seats]
    reason = next(filter(None, map(why_not_stacked, optimizers)), None)
    if reason and learned:
        raise CannotStack(f"{reason}, and the combiner learns parameters")
    if reason or (seats[0].run.device.type == "cpu" and not learned):
        return OwnOptimizers(optimizers, stacks)
    blocks = [0] * len(stacks.parameters) + [1 + number for number in range(len(learned))]
    return stacked_optimizer(optimizers, [*stacks.parameters.values(), *learned], blocks)


class OwnOptimizers:
    """Lets each member's own optimizer take its step."""

    def __init__(self, optimizers: Sequence[torch.optim.Optimizer], stacks: Stacks) -> None:
        self.optimizers, self.stacks = list(optimizers), stacks

    def step(self, active: Sequence[Tensor | None] | None = None) -> None:
        """Move every parameter by its ``.grad``."""
        for member, (model, optimizer) in enumerate(zip(self.stacks.models, self.optimizers, strict=True)):
            for name, parameter in model.named_parameters():
                grad = self.stacks.parameters[name].grad
                parameter.grad = (
                    None if grad is None else _like(cut(grad[member], parameter.shape), parameter)
                )
            optimizer.step()

    def state_of(self, member: int) -> dict[str, Any]:
        """Return a member's state."""
        return self.optimizers[member].state_dict()

    def keep(self, index: Tensor) -> None:
        """Keep the members of ``index``."""
        self.optimizers = [self.optimizers[member] for member in index.tolist()]


def _like(grad: Tensor, parameter: Tensor) -> Tensor:
    """Return the gradient laid out in memory as its parameter is: torch's fused kernels count on that."""
    return grad if grad.stride() == parameter.stride() else torch.empty_like(parameter).copy_(grad)
