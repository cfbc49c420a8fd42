"""Adam and AdamW for a population."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from harness.train.population.optim_block import Block, flat


class AdamBlock(Block):
    """Adam (Kingma and Ba 2015, algorithm 1): the weight decay is part of the gradient."""

    names = ("exp_avg", "exp_avg_sq")

    def settings_of(self, group: Mapping[str, Any]) -> dict[str, float]:
        beta1, beta2 = group["betas"]
        values = {name: float(group[name]) for name in ("lr", "weight_decay", "eps")}
        return values | {"beta1": float(beta1), "beta2": float(beta2)}

    def steps_in(self, state: Mapping[str, Any]) -> int:
        return int(state["step"]) if "step" in state else 0

    def extra_state(self, member: int, own: Tensor) -> dict[str, Tensor]:
        group = self.groups[member]
        on_device = group.get("fused") or group.get("capturable")
        device = own.device if on_device else torch.device("cpu")
        return {"step": self.steps[member].to(device, torch.float32)}

    def step(self, active: Tensor | None) -> None:
        gradients = self.decayed(self.gradients(active), active)
        values, average, square = self.values, self.moments["exp_avg"], self.moments["exp_avg_sq"]
        self.steps += 1 if active is None else active.to(self.steps)
        average.lerp_(gradients, self.column(1 - values["beta1"], active))
        square.mul_(self.column(values["beta2"], active, 1.0))
        square.addcmul_(gradients, gradients * self.column(1 - values["beta2"], active))
        correction1 = 1 - values["beta1"] ** self.steps
        correction2 = (1 - values["beta2"] ** self.steps).sqrt()
        root = square.sqrt().div_(self.column(correction2, active, 1.0)).add_(self.column(values["eps"]))
        change = (average / root).mul_(self.column(-values["lr"] / correction1, active))
        self.apply(change, self.shrink(active))

    def decayed(self, gradients: Tensor, active: Tensor | None) -> Tensor:
        """Return the gradients with the weight decay that is part of them."""
        return torch.addcmul(
            gradients, flat(self.parameters), self.column(self.values["weight_decay"], active)
        )

    def shrink(self, active: Tensor | None) -> Tensor | None:
        """Return what the parameters are multiplied by, ``[M, 1]``, or ``None``."""
        return None


class AdamWBlock(AdamBlock):
    """AdamW (Loshchilov and Hutter 2019, algorithm 2): the weight decay acts on the parameters themselves."""

    def decayed(self, gradients: Tensor, active: Tensor | None) -> Tensor:
        return gradients

    def shrink(self, active: Tensor | None) -> Tensor | None:
        return self.column(1 - self.values["lr"] * self.values["weight_decay"], active, 1.0)
