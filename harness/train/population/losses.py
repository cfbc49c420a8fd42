"""The losses of every member and task of one step, batched where a loss has a stacked form."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from harness.bases.loss import Loss, StackedLoss
from harness.records import TaskKind


class StackedLosses(nn.Module):
    """The losses of ``M`` members with ``T`` tasks each; ``criteria[task][member]`` are the members' own.

    Losses of one class are computed together by the form that the class names (``Loss.stacked``), others one
    by one. The members' own losses are not changed; those without a stacked form are used as they are.
    """

    def __init__(self, criteria: Sequence[Sequence[Loss]]) -> None:
        super().__init__()
        self.slots: Sequence[_Slot] = nn.ModuleList(_Slot(members) for members in criteria)  # type: ignore[assignment]

    def forward(
        self, logits: Sequence[Tensor], targets: Sequence[Tensor], present: Tensor | None = None
    ) -> Tensor:
        """Return the mean loss of each member and task, ``[M, T]``, differentiable.

        ``logits`` has a tensor ``[M, batch, outputs]`` a task, padded to the largest number of outputs among
        the members. ``targets`` has a tensor a task: ``[M, batch]`` or ``[M, batch, classes]``, int64 or
        float. Where members' tasks differ in kind it is float and as wide as the widest: a class number or a
        value is in the first column, a missing label is NaN. Of a task that is not ``present [M, T]`` the
        loss is zero, and so is its gradient.
        """
        slots = zip(self.slots, logits, targets, strict=True)
        losses = torch.stack([slot.forward(own, wanted).mean(1) for slot, own, wanted in slots], dim=1)
        return losses if present is None else torch.where(present, losses, torch.zeros_like(losses))

    def keep(self, index: Tensor) -> None:
        """Keep the members of ``index [kept]`` (int64), in that order."""
        for slot in self.slots:
            slot.keep(index)


def stacked_losses(
    criteria: Sequence[Sequence[Loss]],
    logits: Sequence[Tensor],
    targets: Sequence[Tensor],
    present: Tensor | None = None,
) -> Tensor:
    """Return ``[M, T]`` for one step; see :class:`StackedLosses`, which is the thing to keep for many."""
    losses: Tensor = StackedLosses(criteria)(logits, targets, present)
    return losses


class _Slot(nn.Module):
    """One task of every member. Members of one class of loss and kind of task make a part."""

    order: Tensor

    def __init__(self, members: Sequence[Loss]) -> None:
        super().__init__()
        self.members = list(members)
        self._split(torch.device("cpu"))

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        if len(self.parts) == 1:
            return self._values(0, logits, targets)
        rows = self.order.split(self.sizes)
        found = [self._values(n, logits[at], targets[at]) for n, at in enumerate(rows)]
        return torch.cat(found)[self.order.argsort()]

    def keep(self, index: Tensor) -> None:
        self.members = [self.members[member] for member in index.tolist()]
        self._split(self.order.device)

    def _split(self, device: torch.device) -> None:
        grouped: dict[tuple[type[Loss], TaskKind], list[int]] = {}
        for place, loss in enumerate(self.members):
            grouped.setdefault((type(loss), loss.task.kind), []).append(place)
        parts = [[self.members[place] for place in places] for places in grouped.values()]
        self.kinds = [kind for _, kind in grouped]
        self.sizes = [len(losses) for losses in parts]
        self.widths = [max(loss.outputs for loss in losses) for losses in parts]
        self.parts = nn.ModuleList(_form_of(losses) for losses in parts).to(device)
        order = torch.tensor([place for places in grouped.values() for place in places], device=device)
        self.register_buffer("order", order)

    def _values(self, number: int, logits: Tensor, targets: Tensor) -> Tensor:
        kind, width = self.kinds[number], self.widths[number]
        values: Tensor = self.parts[number](logits[..., :width], _typed(targets, kind, width))
        return values


class OneByOne(StackedLoss):
    """Losses without a stacked form: each member's own is called on its own logits and targets."""

    def __init__(self, members: Sequence[Loss]) -> None:
        super().__init__(members)
        self.members = list(members)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        values = []
        for member, loss in enumerate(self.members):
            wanted = targets[member]
            own = wanted[:, : len(loss.task.classes or ())] if wanted.ndim == 2 else wanted
            values.append(loss(logits[member, :, : loss.outputs], own))
        return torch.stack(values)


def _form_of(members: Sequence[Loss]) -> StackedLoss:
    """Return the form that the members' class itself names (a derived class may compute something else)."""
    path = vars(type(members[0])).get("stacked")
    if path is None:
        return OneByOne(members)
    module, _, name = path.partition(":")
    form: StackedLoss = getattr(importlib.import_module(module), name)(members)
    return form


def _typed(targets: Tensor, kind: TaskKind, width: int) -> Tensor:
    """Return targets as tasks of a kind have them, from ones that may serve several kinds."""
    if kind == "multilabel":
        return targets[..., :width]
    column = targets[..., 0] if targets.ndim == 3 else targets
    if kind != "multiclass":
        return column
    if column.is_floating_point():
        column = torch.where(torch.isnan(column), torch.full_like(column, -1), column)
    return column.long()
