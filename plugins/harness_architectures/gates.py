"""Softmax gates over experts."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Gate(nn.Module):
    """``softmax(W · view + b)``: ``[batch, inputs]`` → weights ``[batch, experts]`` that sum to 1."""

    def __init__(self, inputs: int, experts: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, experts)

    def forward(self, view: Tensor) -> Tensor:
        """Return the weights of the experts."""
        return self.linear(view).softmax(dim=1)


def weighted(weights: Tensor, experts: list[Tensor]) -> Tensor:
    """Return ``Σ_e weights[:, e] · experts[e]``: weights ``[batch, experts]``, each expert ``[batch, …]``."""
    return torch.einsum("be,eb...->b...", weights, torch.stack(experts))
