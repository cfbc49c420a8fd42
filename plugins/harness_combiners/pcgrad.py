"""Gradient surgery."""

from __future__ import annotations

from torch import Tensor
from torchjd import aggregation

from harness.api import Parameters, StepContext
from harness_combiners.adapters import Drawing, TorchJDAggregator


class PCGrad(Drawing, TorchJDAggregator):
    r"""The sum of projected gradients (Yu et al. 2020, arXiv:2001.06782, algorithm 1).

    .. math:: g_i^{PC} \leftarrow g_i^{PC} - \frac{g_i^{PC} \cdot g_j}{\lVert g_j \rVert^2} g_j
              \quad\text{where } g_i^{PC} \cdot g_j < 0, \text{ for all } j \ne i \text{ in random order},

    and :math:`g = \sum_i g_i^{PC}`. Where no two tasks conflict it is the plain sum.

    TorchJD draws the order from torch's global generator. Here the order of a step is seeded by the run's
    seed and the number of the step, and the global generator is left as it was: a restored run goes on as an
    uninterrupted one, and dropout sees the same numbers as with ``sum``.
    """

    name = "pcgrad"

    def __init__(self, parameters: Parameters, tasks: tuple[str, ...]) -> None:
        super().__init__(aggregation.PCGrad())

    def aggregate(self, gradients: Tensor, context: StepContext) -> Tensor:
        with self.drawing(context.step, gradients.device):
            return super().aggregate(gradients, context)
