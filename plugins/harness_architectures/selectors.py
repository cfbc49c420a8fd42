"""The gates of DSelect-k: single-expert selectors by a smooth-step function of binary codes."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

#: As in the authors' program: keeps the logarithm of an entropy finite.
_EPSILON = 1e-6
#: Half the width of the uniform start of the selectors' weights: that of the authors' program (Keras's default).
_W_BOUND = 0.05


def smooth_step(t: Tensor, gamma: float) -> Tensor:
    """Return 0 below −γ/2, 1 above γ/2, and ``−2t³/γ³ + 3t/(2γ) + 1/2`` between (Hazimeh et al. 2021, smooth-step)."""
    middle = -2 / gamma**3 * t**3 + 3 / (2 * gamma) * t + 0.5
    return torch.where(t <= -gamma / 2, 0.0, torch.where(t >= gamma / 2, 1.0, middle))


class Selectors(nn.Module):
    """One task's gate: ``k`` selectors, each of which comes to select one expert, and their weights.

    ``inputs`` is the width of what the gate sees, or ``None`` where it depends on the task alone. z starts within
    ±γ/100 and w within ±0.05, as in the authors' program.
    """

    def __init__(self, inputs: int | None, experts: int, k: int, gamma: float) -> None:
        super().__init__()
        self.k, self.gamma, self.bits = k, gamma, math.ceil(math.log2(experts))
        self.z = _uniform(inputs, k * self.bits, gamma / 100)
        self.w = _uniform(inputs, k, _W_BOUND)
        codes = [[bool(expert >> bit & 1) for bit in reversed(range(self.bits))] for expert in range(experts)]
        self.codes: Tensor
        self.register_buffer("codes", torch.tensor(codes), persistent=False)

    def selected(self, view: Tensor) -> Tensor:
        """Return each selector's weights ``[batch, k, experts]``: ``Π_b S(z_b)`` where the expert's code has a 1 and
        ``1 − S(z_b)`` where it has a 0.
        """
        steps = smooth_step(self.z(view), self.gamma).view(-1, self.k, 1, self.bits)
        return torch.where(self.codes, steps, 1 - steps).prod(dim=3)

    def forward(self, view: Tensor) -> tuple[Tensor, Tensor]:
        """Return the experts' weights ``[batch, experts]``, and each selector's ``[batch, k, experts]``.

        Rows are one where the gate depends on the task alone.
        """
        selected = self.selected(view)
        return torch.einsum("bk,bke->be", self.w(view).softmax(dim=1), selected), selected


def entropy(selected: Tensor) -> Tensor:
    """Return ``−Σ q log q`` over experts and selectors, the mean over rows, a scalar."""
    return -(selected * (selected + _EPSILON).log()).sum(dim=(1, 2)).mean()


def unreachable(selected: Tensor) -> Tensor:
    """Return the sum over selectors of ``1 / Σ_e q_e``, the mean over rows: keeps weight off codes without expert."""
    return (1 / selected.sum(dim=2)).sum(dim=1).mean()


class Uniform(nn.Linear):
    """A linear layer that starts uniform within ``±bound``, weights and bias."""

    def __init__(self, inputs: int, outputs: int, bound: float) -> None:
        self.bound = bound
        super().__init__(inputs, outputs)

    def reset_parameters(self) -> None:
        """Draw weights and bias."""
        nn.init.uniform_(self.weight, -self.bound, self.bound)
        nn.init.uniform_(self.bias, -self.bound, self.bound)


class Constant(nn.Module):
    """Logits ``[1, outputs]`` whatever the sample, that start uniform within ``±bound``."""

    def __init__(self, outputs: int, bound: float) -> None:
        super().__init__()
        self.bound, self.logits = bound, nn.Parameter(torch.empty(1, outputs))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the logits."""
        nn.init.uniform_(self.logits, -self.bound, self.bound)

    def forward(self, view: Tensor) -> Tensor:
        """Return the logits."""
        return self.logits


def _uniform(inputs: int | None, outputs: int, bound: float) -> nn.Module:
    return Constant(outputs, bound) if inputs is None else Uniform(inputs, outputs, bound)
