"""From the losses of all members to their gradients: plainly, by a scalarizer, or by an aggregator."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import torch
from torch import Tensor

from harness.bases.stacked import StackedAggregator, StackedCombiner, StackedScalarizer, StackedStep
from harness.plugins import Registry
from harness.records import CombinerRecord
from harness.train.components import component_of
from harness.train.population.members import CannotStack, Seat
from harness.train.population.stack import Stacks


def form_of(registry: Registry, name: str) -> type[StackedCombiner] | None:
    """Return the stacked form of a combiner, or ``None`` where it has none."""
    record = component_of(registry, "combiner", name)
    path = record.stacked if isinstance(record, CombinerRecord) else None
    if path is None:
        return None
    module, _, attribute = path.partition(":")
    form: type[StackedCombiner] = getattr(importlib.import_module(module), attribute)
    return form


def stacked_combiner(registry: Registry, seats: Sequence[Seat]) -> StackedCombiner | None:
    """Return the combiner of all members with their states, or ``None`` for single tasks."""
    choice = seats[0].run.spec.combiner
    if choice is None:
        return None
    form = form_of(registry, choice.name)
    if form is None:
        raise CannotStack(f"the combiner {choice.name} has no stacked form")
    record = component_of(registry, "combiner", choice.name)
    chosen = [seat.run.spec.combiner for seat in seats]
    parameters = [record.parameters(**own.parameters) for own in chosen if own is not None]
    stacked = form(parameters, len(seats[0].run.progress)).to(seats[0].run.device)
    stacked.gather([seat.run.combiner for seat in seats if seat.run.combiner is not None])
    return stacked


class Gradients:
    """Fills ``.grad`` of the stacked parameters, and of the combiner's own."""

    def __init__(self, seats: Sequence[Seat], stacks: Stacks, combiner: StackedCombiner | None) -> None:
        self.combiner, self.stacks = combiner, stacks
        run, names = seats[0].run, stacks.names()
        self.shared = [stacks.parameters[names[id(p)]] for p in run.context.sharing.shared]
        self.own = [[stacks.parameters[names[id(p)]] for p in own] for own in run.context.sharing.own]
        used = {id(p) for p in (*run.context.sharing.shared, *sum(run.context.sharing.own, ()))}
        if unused := [name for name, p in run.network.model.named_parameters() if id(p) not in used]:
            raise CannotStack(f"no task has a gradient of {', '.join(unused)}")

    def fill(self, losses: Tensor, step: StackedStep) -> Tensor | None:
        """Take the gradients of ``losses [M, T]``. An aggregator gives back which of them are finite,
        ``[M, T]``; members with others get no update that is of use, and harm no one.
        """
        for parameter in self.stacks.parameters.values():
            parameter.grad = None
        if isinstance(self.combiner, StackedAggregator):
            return self._aggregate(self.combiner, losses, step)
        if isinstance(self.combiner, StackedScalarizer):
            for learned in self.combiner.parameters():
                learned.grad = None
            self.combiner.scalarize(losses, step).sum().backward()
        else:
            losses.sum().backward()
        return None

    def _aggregate(self, combiner: StackedAggregator, losses: Tensor, step: StackedStep) -> Tensor | None:
        tasks = losses.shape[1]
        rows = [self._of_task(losses[:, task].sum(), task, last=task == tasks - 1) for task in range(tasks)]
        if not self.shared:
            return None
        gradients = torch.stack(rows, 1)
        gramian = torch.bmm(gradients, gradients.transpose(1, 2))
        finite = torch.isfinite(gramian.diagonal(dim1=1, dim2=2))
        good = finite.all(1)[:, None, None]
        weights = combiner.weights(torch.where(good, gramian, torch.zeros_like(gramian)), step)
        update = torch.bmm(weights.unsqueeze(1).to(gradients.dtype), gradients).squeeze(1)
        parts = update.split([p[0].numel() for p in self.shared], dim=1)
        for parameter, part in zip(self.shared, parts, strict=True):
            parameter.grad = part.reshape(parameter.shape)
        return finite

    def _of_task(self, loss: Tensor, task: int, *, last: bool) -> Tensor:
        """Return a task's gradient for the shared parameters, ``[M, parameters]``; that of its own goes into
        ``.grad``.
        """
        wanted = [*self.shared, *self.own[task]]
        grads = torch.autograd.grad(loss, wanted, retain_graph=not last, allow_unused=True)
        for parameter, grad in zip(self.own[task], grads[len(self.shared) :], strict=True):
            parameter.grad = grad
        members = len(wanted[0])
        flat = [
            torch.zeros_like(p).view(members, -1) if grad is None else grad.reshape(members, -1)
            for p, grad in zip(self.shared, grads, strict=False)
        ]
        return torch.cat(flat, 1) if flat else loss.new_zeros(members, 0)
