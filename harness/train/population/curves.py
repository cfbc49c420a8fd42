"""What the steps of all members leave for their curves, until a point is due."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from harness.train.population.members import Seat


class Recent:
    """Losses ``[M, T]``, logits and targets (a tensor ``[M, rows, …]`` a task) of the steps since the last
    point. They stay stacked, and on the device, until :meth:`hand_out`.
    """

    def __init__(self) -> None:
        self.losses: list[Tensor] = []
        self._logits: list[Sequence[Tensor]] = []
        self._targets: list[Sequence[Tensor]] = []

    def __len__(self) -> int:
        return len(self.losses)

    def add(self, losses: Tensor, logits: Sequence[Tensor], targets: Sequence[Tensor]) -> None:
        """Take a step."""
        self.losses.append(losses.detach())
        self._logits.append([each.detach() for each in logits])
        self._targets.append(list(targets))

    def hand_out(self, seats: Sequence[Seat]) -> None:
        """Let every member's progress record its steps, from host tensors, and forget them."""
        if not self.losses:
            return
        losses = torch.stack(self.losses).cpu()
        tasks = range(losses.shape[2])
        logits = [torch.stack([step[task] for step in self._logits]).cpu() for task in tasks]
        targets = [torch.stack([step[task] for step in self._targets]).cpu() for task in tasks]
        self.losses, self._logits, self._targets = [], [], []
        for member, seat in enumerate(seats):
            for task in tasks:
                self._record(
                    seat, task, losses[:, member, task], logits[task][:, member], targets[task][:, member]
                )

    def _record(self, seat: Seat, task: int, losses: Tensor, logits: Tensor, targets: Tensor) -> None:
        progress, outputs = seat.run.progress[task], seat.run.criteria[task].outputs
        if progress.done:
            progress.own_steps += len(losses)
            return
        own = targets[..., :outputs] if targets.dim() == 3 else targets
        for loss, step, wanted in zip(losses, logits[..., :outputs], own, strict=True):
            progress.record(loss, step, wanted)
