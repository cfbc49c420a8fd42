"""The mean of a network's states at the ends of several epochs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor


@dataclass
class Average:
    """A running mean: ``n`` states so far. What does not count in fractions (a number of batches) is the last one's."""

    n: int = 0
    state: dict[str, Tensor] = field(default_factory=dict)

    def add(self, state: dict[str, Tensor]) -> None:
        """Add a state; it is copied."""
        self.n += 1
        for name, value in state.items():
            if self.n == 1 or not value.is_floating_point():
                self.state[name] = value.detach().clone()
            else:
                self.state[name] += (value.detach() - self.state[name]) / self.n

    def to_state(self) -> dict[str, Any]:
        """Return plain values and tensors."""
        return {"n": self.n, "state": self.state}

    @classmethod
    def from_state(cls, state: dict[str, Any], device: torch.device) -> Average:
        """Continue from what :meth:`to_state` gave."""
        return cls(state["n"], {name: value.to(device) for name, value in state["state"].items()})
