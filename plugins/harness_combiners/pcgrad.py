"""Gradient surgery."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torchjd import aggregation

from harness.api import Parameters, StepContext, derive_seed
from harness_combiners.adapters import TorchJDAggregator


class PCGrad(TorchJDAggregator):
    r"""The sum of projected gradients (Yu et al. 2020, arXiv:2001.06782, algorithm 1).

    .. math:: g_i^{PC} \leftarrow g_i^{PC} - \frac{g_i^{PC} \cdot g_j}{\lVert g_j \rVert^2} g_j
              \quad\text{where } g_i^{PC} \cdot g_j < 0, \text{ for all } j \ne i \text{ in random order},

    and :math:`g = \sum_i g_i^{PC}`.

    TorchJD draws the order from torch's global generator. Here the order of a step is seeded by the run's
    seed (``torch.initial_seed()`` where the combiner is built) and the number of the step, and the global
    generator is left as it was: a restored run goes on as an uninterrupted one, and dropout sees the same
    numbers as with ``sum``.
    """

    def __init__(self, parameters: Parameters, tasks: tuple[str, ...]) -> None:
        super().__init__(aggregation.PCGrad())
        self.seed = torch.initial_seed()

    def aggregate(self, gradients: Tensor, context: StepContext) -> Tensor:
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(derive_seed(self.seed, "pcgrad", context.step))
            return super().aggregate(gradients, context)

    def get_extra_state(self) -> dict[str, Any]:
        return {"seed": self.seed}

    def set_extra_state(self, state: dict[str, Any]) -> None:
        self.seed = int(state["seed"])
