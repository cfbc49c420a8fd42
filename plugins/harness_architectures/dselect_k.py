"""DSelect-k."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch
from torch import Tensor, nn

from harness_architectures.architecture import Architecture
from harness_architectures.base import Base, gate_view
from harness_architectures.gates import weighted
from harness_architectures.parameters import DselectKParameters
from harness_architectures.selectors import Selectors, entropy, unreachable


class DselectK(Architecture):
    r"""Experts that all tasks share, of which each task comes to use at most k (Hazimeh et al. 2021, "DSelect-k:
    Differentiable Selection in the Mixture of Experts with Applications to Multi-Task Learning",
    https://arxiv.org/abs/2106.03760, sections on the gate and on per-example gating).

    .. math::
        e_t = \sum_i q_t(x)_i f_i(x), \qquad
        q_t(x) = \sum_{m=1}^{k} \mathrm{softmax}(w_t(x))_m \, r(z_{t,m}(x)), \qquad
        r(z)_i = \prod_b S(z_b)^{B_{ib}} (1 - S(z_b))^{1 - B_{ib}}

    where :math:`B_{ib}` is bit b of expert i's binary code, S the smooth-step function of width γ, and z and w are
    affine in the feature (``routing: example``) or constants of the task (``routing: task``). Each expert is a
    whole trunk of the base. Task t's penalty is ``entropy`` × the sum of its selectors' entropies, and, where the
    number of experts is no power of 2, :math:`\sum_m 1 / \sum_i r(z_m)_i` with weight 1, which keeps selectors off
    codes without expert.

    Both are means over the rows of a batch (the authors' program sums, so that its weight depends on the batch
    size); with ``routing: example`` rows of partners count too. ``entropy_steps`` lets the weight rise linearly over
    the first training steps; the authors' program takes any function of the step, 1e-6 by default.

    Input ``[batch, channels, bins, frames]``; embeddings ``[batch, width]``; logits ``[batch, outputs]``. A single
    task is a sparse mixture of experts with one gate.
    """

    def __init__(
        self, parameters: DselectKParameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        base, n = Base(parameters, input_shape), parameters.experts
        experts = nn.ModuleList(base.segment() for _ in range(n))
        width = base.gate_width(0, parameters.gate_input) if parameters.routing == "example" else None
        gates = [Selectors(width, n, parameters.k, parameters.gamma) for _ in heads]
        super().__init__(heads, base.width, shared=experts, own=gates)
        self.parameters_of = parameters
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        self._selected: list[Tensor] = []

    def __getstate__(self) -> dict[str, object]:
        # what the last forward pass left has a graph, which copies cannot take along
        return {**self.__dict__, "_selected": []}

    def embeddings(self, x: Tensor) -> list[Tensor]:
        """Return each task's mixture of the experts that it selects, ``[batch, width]``."""
        experts = [expert(x) for expert in cast(nn.ModuleList, self.shared)]
        view = gate_view(x, self.parameters_of.gate_input)
        gated = [gate(view) for gate in self.own]
        if self.training:
            cast(Tensor, self.steps).add_(1)
            self._selected = [selected for _, selected in gated]
        return [weighted(weights.expand(len(x), -1), experts) for weights, _ in gated]

    def penalty(self) -> dict[str, Tensor]:
        """Return each task's penalty of the last forward pass in training, scalars."""
        rise, n = self.parameters_of.entropy_steps, self.parameters_of.experts
        share = (cast(Tensor, self.steps) / rise).clamp(max=1) if rise else 1.0
        found = [self.parameters_of.entropy * share * entropy(one) for one in self._selected]
        if n & (n - 1):
            found = [value + unreachable(one) for value, one in zip(found, self._selected, strict=True)]
        return dict(zip(self.tasks, found, strict=True)) if found else {}
