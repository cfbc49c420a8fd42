"""One extraction level: its experts and its gates."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from harness_architectures.base import Base, gate_view
from harness_architectures.gates import Gate, weighted
from harness_architectures.parameters import CgcParameters


def bounds(depth: int, levels: int) -> list[tuple[int, int]]:
    """Divide the blocks among the levels, in order: (first block, block after the last) of each level."""
    edges = [round(depth * level / levels) for level in range(levels + 1)]
    return list(pairwise(edges))


class SharedLevel(nn.Module):
    """The shared experts of a level, and below the last level the shared gate's logits of them."""

    def __init__(self, base: Base, start: int, stop: int, parameters: CgcParameters) -> None:
        super().__init__()
        n, self.view = parameters.shared_experts, parameters.gate_input
        self.experts = nn.ModuleList(base.segment(start, stop) for _ in range(n))
        inputs = base.gate_width(start, self.view)
        self.gate = nn.Linear(inputs, n) if stop < base.depth else None

    def experts_of(self, h: Tensor) -> list[Tensor]:
        """Return what each expert makes of the shared state."""
        return [expert(h) for expert in self.experts]

    def weights(self, h: Tensor, owns: list[OwnLevel]) -> Tensor:
        """Return the shared gate's weights ``[batch, experts]``: of the shared ones, then of each task's."""
        view = gate_view(h, self.view)
        gates = [self.gate, *(own.for_shared for own in owns)]
        return torch.cat([gate(view) for gate in gates if gate is not None], dim=1).softmax(dim=1)

    def gated(
        self, h: Tensor, shared: list[Tensor], experts: list[list[Tensor]], owns: list[OwnLevel]
    ) -> Tensor:
        """Return the next shared state, a mixture of all experts."""
        return weighted(self.weights(h, owns), [*shared, *(one for own in experts for one in own)])


class OwnLevel(nn.Module):
    """A task's experts of a level, its gate, and the shared gate's logits of them."""

    def __init__(self, base: Base, start: int, stop: int, parameters: CgcParameters) -> None:
        super().__init__()
        n, self.view = parameters.own_experts, parameters.gate_input
        self.experts = nn.ModuleList(base.segment(start, stop) for _ in range(n))
        inputs = base.gate_width(start, self.view)
        self.gate = Gate(inputs, n + parameters.shared_experts)
        self.for_shared = nn.Linear(inputs, n) if stop < base.depth else None

    def experts_of(self, h: Tensor) -> list[Tensor]:
        """Return what each expert makes of the task's state."""
        return [expert(h) for expert in self.experts]

    def gated(self, h: Tensor, experts: list[Tensor], shared: list[Tensor]) -> Tensor:
        """Return the task's next state, a mixture of its own experts and the shared ones."""
        return weighted(self.gate(gate_view(h, self.view)), [*experts, *shared])
