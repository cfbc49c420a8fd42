"""Multi-gate mixture of experts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from torch import Tensor, nn

from harness_architectures.architecture import Architecture
from harness_architectures.base import Base, gate_view
from harness_architectures.gates import Gate, weighted
from harness_architectures.parameters import MmoeParameters


class Mmoe(Architecture):
    r"""Experts that all tasks share, and a gate of each task (Ma et al. 2018, "Modeling Task Relationships in
    Multi-task Learning with Multi-gate Mixture-of-Experts", https://doi.org/10.1145/3219819.3220007, section on MMoE).

    .. math:: e_t = \sum_{i=1}^{n} g_t(x)_i f_i(x), \qquad g_t(x) = \mathrm{softmax}(W_t x + b_t)

    Each expert :math:`f_i` is a whole trunk of the base (the source's are one hidden layer each); the gate sees the
    feature itself, all its values or their mean over frames (``gate_input``); the source's gates have no bias. A
    task's tower is its linear head.

    Input ``[batch, channels, bins, frames]``; embeddings ``[batch, width]``; logits ``[batch, outputs]``. A single
    task is a mixture of experts with one gate (with one expert: the base alone).
    """

    def __init__(
        self, parameters: MmoeParameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        base = Base(parameters, input_shape)
        experts = nn.ModuleList(base.segment() for _ in range(parameters.experts))
        width = base.gate_width(0, parameters.gate_input)
        gates = [Gate(width, parameters.experts) for _ in heads]
        super().__init__(heads, base.width, shared=experts, own=gates)
        self.gate_input = parameters.gate_input

    def embeddings(self, x: Tensor) -> list[Tensor]:
        """Return each task's mixture of the experts, ``[batch, width]``."""
        experts = [expert(x) for expert in cast(nn.ModuleList, self.shared)]
        view = gate_view(x, self.gate_input)
        return [weighted(gate(view), experts) for gate in self.own]
