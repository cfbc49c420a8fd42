"""SGD for a population."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from harness.train.population.optim_block import Block, flat


class SGDBlock(Block):
    """SGD with momentum (Sutskever et al. 2013, as torch has it: the learning rate is outside the momentum)."""

    names = ("momentum_buffer",)

    def settings_of(self, group: Mapping[str, Any]) -> dict[str, float]:
        values = {name: float(group[name]) for name in ("lr", "weight_decay", "momentum")}
        return values | {"nesterov": float(group["nesterov"])}

    def steps_in(self, state: Mapping[str, Any]) -> int:
        return int(
            state.get("momentum_buffer") is not None
        )  # torch counts no steps; only the first one is special

    def step(self, active: Tensor | None) -> None:
        values, buffer = self.values, self.moments["momentum_buffer"]
        decay, momentum = self.column(values["weight_decay"], active), self.column(values["momentum"])
        gradients = torch.addcmul(self.gradients(active), flat(self.parameters), decay)
        self.steps += 1 if active is None else active.to(self.steps)
        buffer.mul_(self.column(values["momentum"], active, 1.0)).add_(gradients)  # it starts at zero
        ahead = torch.addcmul(gradients, buffer, momentum)
        direction = torch.where(self.column(values["nesterov"]) > 0, ahead, buffer)
        self.apply(direction * self.column(-values["lr"], active))

    def state_of(self, member: int) -> dict[int, dict[str, Tensor]]:
        return super().state_of(member) if self.groups[member]["momentum"] else {}
