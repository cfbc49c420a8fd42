"""Geometric loss strategy."""

from __future__ import annotations

import torch
from torch import Tensor
from torchjd import scalarization

from harness.api import Parameters, StepContext
from harness_combiners.adapters import TorchJDScalarizer

#: A loss below this is taken as this: the derivative of the geometric mean has no value at 0.
SMALLEST = 1e-8


class GLS(TorchJDScalarizer):
    r"""The geometric mean of the losses (Chennupati et al. 2019, MultiNet++, arXiv:1904.08492).

    .. math:: \mathcal L = \Big(\prod_t \ell_t\Big)^{1 / T}, \qquad
              \nabla \mathcal L = \frac{\mathcal L}{T} \sum_t \frac{\nabla \ell_t}{\ell_t}

    A task counts by how much its loss falls relative to itself, so that losses of different scales need no
    weights; a task whose loss nears 0 draws the update to itself. Losses must not be negative; one below 1e-8
    is taken as 1e-8 and gets no gradient.
    """

    def __init__(self, parameters: Parameters, tasks: tuple[str, ...]) -> None:
        super().__init__(scalarization.GeometricMean())

    def scalarize(self, losses: Tensor, context: StepContext) -> Tensor:
        return super().scalarize(above_zero(losses), context)


def above_zero(losses: Tensor) -> Tensor:
    """Return the losses with tiny ones raised; negative ones stay, to be refused."""
    return torch.where((losses >= 0) & (losses < SMALLEST), torch.full_like(losses, SMALLEST), losses)
