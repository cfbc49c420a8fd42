"""The sum of the losses with fixed weights."""

from __future__ import annotations

import torch
from torch import Tensor
from torchjd import scalarization

from harness.api import Scalarizer, StepContext
from harness_combiners.parameters import WeightedParameters


class Weighted(Scalarizer):
    r""":math:`\mathcal L = \sum_t w_t\, \ell_t` with weights given by task (Xin et al. 2022,
    arXiv:2209.11379).

    A task that is not named has the weight 1. The weights serve every group of a study: those of tasks that
    are not in the group are not used; a name that is no task of the study is refused with the study file.
    """

    weights: Tensor

    def __init__(self, parameters: WeightedParameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        weights = torch.tensor([parameters.weights.get(task, 1.0) for task in tasks])
        self.register_buffer("weights", weights, persistent=False)

    def scalarize(self, losses: Tensor, context: StepContext) -> Tensor:
        loss: Tensor = scalarization.Constant(self.weights)(losses)  # an absent task's loss is 0
        return loss
