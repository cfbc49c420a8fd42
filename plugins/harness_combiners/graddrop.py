"""Gradient sign dropout."""

from __future__ import annotations

import torch
from torch import Tensor
from torchjd import aggregation

from harness.api import StepContext
from harness_combiners.adapters import Drawing, TorchJDAggregator
from harness_combiners.parameters import GradDropParameters


class GradDrop(Drawing, TorchJDAggregator):
    r"""In every coordinate, keep the gradients of one sign alone, drawn by how much speaks for it (Chen et
    al. 2020, arXiv:2010.06808, algorithm 1).

    .. math:: P = \frac12 \Big(1 + \frac{\sum_t g_t}{\sum_t |g_t|}\Big), \qquad
              M_t = [P > U]\,[g_t > 0] + [P < U]\,[g_t < 0], \quad U \sim \mathcal U(0, 1), \qquad
              g = \sum_t \big(l + (1 - l)\, M_t\big)\, g_t

    coordinate by coordinate, with the leak :math:`l`: the share of every gradient that always passes. With a
    leak of 1, or where all tasks agree in sign, it is the plain sum.

    It needs the gradients themselves, not their Gramian, so that trainings with it run one by one.
    """

    name = "graddrop"

    def __init__(self, parameters: GradDropParameters, tasks: tuple[str, ...]) -> None:
        super().__init__(aggregation.GradDrop())
        self.leak = parameters.leak

    def aggregate(self, gradients: Tensor, context: StepContext) -> Tensor:
        n = int(context.present.sum())
        self.method.leak = torch.full((n,), self.leak, dtype=gradients.dtype, device=gradients.device)
        with self.drawing(context.step, gradients.device):
            return super().aggregate(gradients, context)
