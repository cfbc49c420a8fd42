"""Optimizers of a population: torch's AdamW, Adam and SGD, with settings and state of its own for every
member.

Parameters that always move together form a block. A block keeps its moments as one matrix, ``[M, elements]``,
so that the number of operations does not grow with the number of layers. Nothing in
:meth:`StackedOptimizer.step` reads a value on the host: it can be captured as a CUDA graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from harness.errors import TrainingError
from harness.train.population.optim_adam import AdamBlock, AdamWBlock
from harness.train.population.optim_block import Block
from harness.train.population.optim_sgd import SGDBlock

#: Options of torch's optimizers that a population cannot have, and the value that they must keep.
_PLAIN = {"amsgrad": False, "maximize": False, "differentiable": False, "dampening": 0}
_BLOCKS: dict[type[torch.optim.Optimizer], type[Block]] = {
    torch.optim.Adam: AdamBlock,
    torch.optim.AdamW: AdamWBlock,
    torch.optim.SGD: SGDBlock,
}


def why_not_stacked(optimizer: torch.optim.Optimizer) -> str | None:
    """Return the reason why this optimizer has no stacked form, or ``None``."""
    if type(optimizer) not in _BLOCKS:
        return f"the optimizer {type(optimizer).__name__} has no stacked form; Adam, AdamW and SGD have"
    for group in optimizer.param_groups:
        for name, plain in _PLAIN.items():
            if group.get(name, plain) != plain:
                return f"the option {name}={group[name]!r} of {type(optimizer).__name__} has no stacked form"
    return None


def stacked_optimizer(
    optimizers: Sequence[torch.optim.Optimizer],
    parameters: Sequence[Tensor],
    blocks: Sequence[int] | None = None,
) -> StackedOptimizer:
    """Return one optimizer for ``M`` members, from their own ones, whose state and settings it takes over.

    ``parameters`` are the stacked parameters, ``[M, …]`` each, in the order of the members' parameter groups;
    where a member's own is smaller (a head with fewer classes) it lies at the low indices and the rest is
    zero. ``blocks`` gives each parameter a block number, ascending from 0: parameters of one block always
    have a gradient together; by default a parameter group is a block.

    Raises :class:`TrainingError` for optimizers that have no stacked form, or that do not fit together.
    """
    return StackedOptimizer(optimizers, parameters, blocks)


class StackedOptimizer:
    """See :func:`stacked_optimizer`."""

    def __init__(
        self,
        optimizers: Sequence[torch.optim.Optimizer],
        parameters: Sequence[Tensor],
        blocks: Sequence[int] | None,
    ) -> None:
        _check(optimizers, parameters)
        self.optimizers = list(optimizers)
        groups = [number for number, g in enumerate(optimizers[0].param_groups) for _ in g["params"]]
        numbers = list(groups if blocks is None else blocks)
        if len(numbers) != len(parameters):
            raise TrainingError(
                f"{len(parameters)} parameters need as many block numbers, found {len(numbers)}"
            )
        kind = _BLOCKS[type(optimizers[0])]
        self.blocks: list[Block] = []
        for number in range(max(numbers) + 1):
            places = [place for place, found in enumerate(numbers) if found == number]
            if len({groups[place] for place in places}) != 1:
                raise TrainingError(f"block {number} must lie in one parameter group, found {places}")
            chosen = [parameters[place] for place in places]
            self.blocks.append(kind(optimizers, groups[places[0]], places, chosen))

    @torch.no_grad()
    def step(self, active: Sequence[Tensor | None] | None = None) -> None:
        """Move every parameter by its ``.grad``. ``active`` has an entry a block: ``[M]`` bool, the members
        that have a gradient of it, or ``None`` for all. A member that is not active keeps its parameters,
        moments and count of steps, as torch's optimizers do where ``.grad`` is ``None``.
        """
        for block, members in zip(self.blocks, active or [None] * len(self.blocks), strict=True):
            block.step(members)

    @torch.no_grad()
    def state_of(self, member: int) -> dict[str, Any]:
        """Return a member's state as its own optimizer's ``state_dict()`` has it, with copies of the tensors."""
        state: dict[int, dict[str, Tensor]] = {}
        for block in self.blocks:
            state |= block.state_of(member)
        groups = self.optimizers[member].state_dict()["param_groups"]
        return {"state": dict(sorted(state.items())), "param_groups": groups}

    @torch.no_grad()
    def keep(self, index: Tensor, parameters: Sequence[Tensor] | None = None) -> None:
        """Keep the members of ``index [kept]``, in that order. The stacked parameters are compacted by their
        owner: in place (``.data``), or as new ``parameters`` in the same order.
        """
        self.optimizers = [self.optimizers[member] for member in index.tolist()]
        for block in self.blocks:
            block.keep(index)
            if parameters is not None:
                block.parameters = [parameters[place] for place in block.places]


def _check(optimizers: Sequence[torch.optim.Optimizer], parameters: Sequence[Tensor]) -> None:
    first = optimizers[0]
    layout = [len(group["params"]) for group in first.param_groups]
    for optimizer in optimizers:
        if reason := why_not_stacked(optimizer):
            raise TrainingError(reason)
        found = [len(group["params"]) for group in optimizer.param_groups]
        if type(optimizer) is not type(first) or found != layout:
            raise TrainingError(
                f"members of a population need one optimizer with groups of one layout, found "
                f"{type(first).__name__} with {layout} and {type(optimizer).__name__} with {found} parameters"
            )
    if sum(layout) != len(parameters):
        raise TrainingError(f"the optimizers have {sum(layout)} parameters, stacked are {len(parameters)}")
    for place, stacked in enumerate(parameters):
        if stacked.shape[0] != len(optimizers):
            raise TrainingError(
                f"stacked parameter {place} must have {len(optimizers)} members, found {tuple(stacked.shape)}"
            )
