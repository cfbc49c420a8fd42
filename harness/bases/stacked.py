"""Combiners for a population: the steps of many members of one kind at once, as tensors with one entry a
member.

A combiner's record may name such a form of it (``CombinerRecord.stacked``). It is an addition, never a
replacement: the combiner itself is the reference, and the form must make the same updates. Where there is
none, the trainings run one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from harness.bases.combiner import Combiner
from harness.records import Parameters


@dataclass(frozen=True)
class StackedStep:
    """One step of ``M`` members with ``T`` tasks each.

    ``present [M, T]`` bool: which tasks have labels in the member's batch. ``steps [M]`` int64: the optimizer
    steps that the member has made. ``ends_epoch [M]`` bool: whether this step is the last one of the member's
    epoch. ``seeds``: the members' run seeds.
    """

    present: Tensor
    steps: Tensor
    ends_epoch: Tensor
    seeds: Sequence[int] = ()

    def to(self, device: torch.device | str) -> StackedStep:
        """Return the same step with its tensors on ``device``."""
        moved = {name: getattr(self, name).to(device) for name in ("present", "steps", "ends_epoch")}
        return replace(self, **moved)


class StackedCombiner(nn.Module):
    """Base of the stacked forms; built as ``Class(parameters: the members' Parameters, tasks_n: tasks of
    each)``.

    Every parameter and buffer has one entry a member in its first dimension. By default the state is the
    tensors of ``state_dict()``, under the names that the combiner has for them; other names need their own
    :meth:`gather` and :meth:`scatter`.
    """

    #: Whether a step may be captured as a CUDA graph: no value is read on the host, no operation synchronises.
    capturable: ClassVar[bool] = True

    def __init__(self, parameters: Sequence[Parameters], tasks_n: int) -> None:
        super().__init__()
        self.parameters_of = list(parameters)
        self.tasks_n = tasks_n

    @property
    def members_n(self) -> int:
        """The number of members."""
        return len(self.parameters_of)

    def begin(self, step: StackedStep) -> None:
        """Prepare a step on the host: draw its random numbers. Called before every step, outside a captured
        graph, with the tensors of ``step`` on the CPU. What is drawn is copied into buffers that keep their
        address.
        """

    def active(self, step: StackedStep) -> list[Tensor]:
        """Return ``[M]`` bool for each of ``parameters()``: whose entry this step gives a gradient, so that
        the optimizer moves it. By default everybody's.
        """
        everybody = torch.ones_like(step.ends_epoch)
        return [everybody for _ in self.parameters()]

    def gather(self, combiners: Sequence[Combiner]) -> None:
        """Take the states of the members' own combiners."""
        states = [combiner.state_dict() for combiner in combiners]
        with torch.no_grad():
            for name, value in self.state_dict().items():
                value.copy_(torch.stack([state[name].to(value) for state in states]))

    def scatter(self, combiners: Sequence[Combiner]) -> None:
        """Give the members' own combiners their states back."""
        own = self.state_dict()
        for member, combiner in enumerate(combiners):
            state = combiner.state_dict()
            combiner.load_state_dict(state | {name: value[member] for name, value in own.items()})

    def keep(self, index: Tensor) -> None:
        """Keep the members of ``index [kept]`` (int64), in that order. Parameters stay the same objects."""
        self.parameters_of = [self.parameters_of[member] for member in index.tolist()]
        with torch.no_grad():
            for tensor in [*self.parameters(), *self.buffers()]:
                tensor.data = tensor.data[index.to(tensor.device)].contiguous()
                tensor.grad = None

    def of_members(self, name: str) -> Tensor:
        """Return the members' values of one parameter of the study file, ``[M]`` float64 on the CPU."""
        values: list[Any] = [getattr(parameters, name) for parameters in self.parameters_of]
        return torch.tensor(values, dtype=torch.float64)


class StackedScalarizer(StackedCombiner):
    """Losses to one loss a member: override :meth:`scalarize`."""

    def scalarize(self, losses: Tensor, step: StackedStep) -> Tensor:
        """Return ``[M]`` from ``losses [M, T]``, in which the loss of an absent task is zero. The members are
        independent: the sum of what is returned is what the gradients are taken of.
        """
        raise NotImplementedError


class StackedAggregator(StackedCombiner):
    """Each member's Gramian to the weights of its gradients: override :meth:`weights`."""

    def weights(self, gramian: Tensor, step: StackedStep) -> Tensor:
        """Return ``[M, T]`` from ``gramian [M, T, T]``: the update of member ``m`` is ``sum_t weights[m, t] *
        gradient[m, t]``. Rows of absent tasks are zero, in the gradients and in what is returned.

        A member whose Gramian is not finite gets weights that are NaN; it must not harm the others.
        """
        raise NotImplementedError
