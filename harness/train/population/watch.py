"""Looks for losses and gradients that are not finite, and says which members they end."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from harness.errors import NonFiniteLossError
from harness.train.guards import CUDA_CHECK_STEPS
from harness.train.population.members import Seat


class StackedWatch:
    """Takes the losses ``[M, T]`` of every step; looks at once on the CPU, and every ``CUDA_CHECK_STEPS`` on
    CUDA, where a look waits for the device.
    """

    def __init__(self, device: torch.device) -> None:
        self.interval = 1 if device.type == "cpu" else CUDA_CHECK_STEPS
        self._losses: list[Tensor] = []
        self._finite: list[Tensor] = []

    @property
    def is_due(self) -> bool:
        """Whether it is time to look."""
        return len(self._losses) >= self.interval

    def see(self, losses: Tensor, finite: Tensor | None) -> None:
        """Take a step: its losses, and which gradients were finite, ``[M, T]``, if that is known."""
        self._losses.append(losses.detach())
        self._finite.append(torch.isfinite(losses.detach()) if finite is None else finite)

    def look(self, seats: Sequence[Seat]) -> dict[int, Exception]:
        """Return the errors of the members that had a value that is not finite since the last look."""
        if not self._losses:
            return {}
        losses, finite = torch.stack(self._losses), torch.stack(self._finite)
        self._losses, self._finite = [], []
        good = torch.isfinite(losses) & finite
        if bool(good.all()):
            return {}
        found: dict[int, Exception] = {}
        for at, member, task in torch.nonzero(~good).tolist():
            number = seats[member].tally.step - len(losses) + at + 1
            value = float(losses[at, member, task])
            found.setdefault(member, _error(seats[member], task, number, value))
        return found


def _error(seat: Seat, task: int, step: int, value: float) -> NonFiniteLossError:
    name = seat.run.progress[task].part.name
    try:
        if not torch.isfinite(torch.tensor(value)):
            seat.run.watch.fail(name, "training", step, value)
    except NonFiniteLossError as error:
        return error
    return NonFiniteLossError(
        f"the gradient of the training loss of {name} is not finite at step {step}; "
        "a smaller learning rate, or data without extreme values, may help"
    )
