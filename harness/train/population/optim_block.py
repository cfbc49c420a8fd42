"""Parameters of a population that move together, with one row of moments, settings and steps a member."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor

from harness.errors import TrainingError


class Block:
    """Base of the optimizers' arithmetic.

    ``values`` are the settings by name and ``steps`` the updates made, ``[M]`` float64 whatever the
    parameters are (torch computes bias corrections in float64 as well); ``moments`` are by torch's name,
    ``[M, elements]``.
    """

    names: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        optimizers: Sequence[torch.optim.Optimizer],
        group: int,
        places: Sequence[int],
        parameters: Sequence[Tensor],
    ) -> None:
        self.places, self.parameters = list(places), list(parameters)
        self.groups: list[dict[str, Any]] = [optimizer.param_groups[group] for optimizer in optimizers]
        every = [[p for g in optimizer.param_groups for p in g["params"]] for optimizer in optimizers]
        self.own = [[tensors[place] for place in self.places] for tensors in every]
        self.values = _columns([self.settings_of(group) for group in self.groups], parameters[0].device)
        self.moments = {name: flat([torch.zeros_like(p) for p in parameters]) for name in self.names}
        taken = [self._take(member, optimizer.state) for member, optimizer in enumerate(optimizers)]
        self.steps = torch.tensor(taken, dtype=torch.float64, device=parameters[0].device)

    def settings_of(self, group: Mapping[str, Any]) -> dict[str, float]:
        """Return the settings of a torch parameter group as numbers."""
        raise NotImplementedError

    def step(self, active: Tensor | None) -> None:
        """Move the parameters of the ``active [M]`` members (``None``: of all)."""
        raise NotImplementedError

    def steps_in(self, state: Mapping[str, Any]) -> int:
        """Return the number of updates that torch's state of a parameter tells of."""
        raise NotImplementedError

    def extra_state(self, member: int, own: Tensor) -> dict[str, Tensor]:
        """Return what torch's state of a parameter has before its moments."""
        return {}

    def state_of(self, member: int) -> dict[int, dict[str, Tensor]]:
        """Return a member's state of these parameters, ``{place: {name: tensor}}``; empty before its first update."""
        if not bool(self.steps[member] > 0):
            return {}
        found = {}
        for number, (place, own) in enumerate(zip(self.places, self.own[member], strict=True)):
            found[place] = self.extra_state(member, own)
            for name in self.names:
                # as the member's own parameter lies in memory: torch's fused kernels count on that
                found[place][name] = torch.empty_like(own).copy_(self._corners(name, member)[number])
        return found

    def keep(self, index: Tensor) -> None:
        """Keep the members of ``index``."""
        at, members = index.to(self.steps.device), index.tolist()
        self.own, self.groups = [self.own[m] for m in members], [self.groups[m] for m in members]
        self.steps = self.steps[at]
        self.values = {name: value[at] for name, value in self.values.items()}
        self.moments = {name: moment[at] for name, moment in self.moments.items()}

    def gradients(self, active: Tensor | None) -> Tensor:
        """Return the gradients, ``[M, elements]``; zeros for members that are not active."""
        grads = [p.grad for p in self.parameters if p.grad is not None]
        if len(grads) != len(self.parameters):
            missing = [place for place, p in zip(self.places, self.parameters, strict=True) if p.grad is None]
            raise TrainingError(
                f"the stacked parameters {missing} have no gradient; give absent members zeros"
            )
        rows = flat(grads)
        return rows if active is None else torch.where(active.unsqueeze(1), rows, torch.zeros_like(rows))

    def column(self, value: Tensor, active: Tensor | None = None, otherwise: float = 0.0) -> Tensor:
        """Return ``value [M]`` as ``[M, 1]`` of the parameters' type, and ``otherwise`` for members not active."""
        if active is not None:
            value = torch.where(active, value, torch.full_like(value, otherwise))
        return value.to(self.parameters[0].dtype).unsqueeze(1)

    def apply(self, change: Tensor, shrink: Tensor | None = None) -> None:
        """Let the parameters be ``shrink [M, 1] * parameter + change [M, elements]``."""
        parts = change.split([p[0].numel() for p in self.parameters], dim=1)
        for p, part in zip(self.parameters, parts, strict=True):
            change_of = part.reshape(p.shape)
            if shrink is None:
                p.add_(change_of)
            else:
                torch.addcmul(change_of, p, shrink.view(-1, *[1] * (p.ndim - 1)), out=p)

    def _take(self, member: int, state: Mapping[Any, Mapping[str, Any]]) -> int:
        states = [state.get(own) or {} for own in self.own[member]]
        counts = {self.steps_in(found) for found in states}
        if len(counts) != 1:
            raise TrainingError(
                f"parameters of one block must have had the same steps, found {sorted(counts)}"
            )
        for name in self.names:
            for found, corner in zip(states, self._corners(name, member), strict=True):
                if name in found:
                    corner.copy_(found[name])
        return counts.pop()

    def _corners(self, name: str, member: int) -> list[Tensor]:
        """Return views of a member's moments, each of the shape of the member's own parameter."""
        rows = self.moments[name][member].split([p[0].numel() for p in self.parameters])
        shapes = [own.shape for own in self.own[member]]
        return [
            row.view(p.shape[1:])[tuple(slice(size) for size in shape)]
            for row, p, shape in zip(rows, self.parameters, shapes, strict=True)
        ]


def flat(tensors: Sequence[Tensor]) -> Tensor:
    """Return ``[M, elements]`` from tensors ``[M, …]``."""
    rows = [tensor.reshape(tensor.shape[0], -1) for tensor in tensors]
    return rows[0] if len(rows) == 1 else torch.cat(rows, dim=1)


def _columns(settings: Sequence[Mapping[str, float]], device: torch.device) -> dict[str, Tensor]:
    names = settings[0]
    return {
        name: torch.tensor([values[name] for values in settings], dtype=torch.float64, device=device)
        for name in names
    }
