"""The sum of the losses with fixed weights."""

from __future__ import annotations

import torch
from torch import Tensor
from torchjd import scalarization

from harness.api import PluginError, Scalarizer, StepContext, did_you_mean
from harness_combiners.parameters import WeightedParameters


class Weighted(Scalarizer):
    r""":math:`\mathcal L = \sum_t w_t\, \ell_t` with weights given by task (Xin et al. 2022,
    arXiv:2209.11379).

    A task that is not named has the weight 1. A name that is none of the group's tasks is an error, unless
    ``other_tasks: ignore`` says that the weights are for several groups of a study.
    """

    weights: Tensor

    def __init__(self, parameters: WeightedParameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        if parameters.other_tasks == "error":
            _refuse_unknown(parameters.weights, tasks)
        weights = torch.tensor([parameters.weights.get(task, 1.0) for task in tasks])
        self.register_buffer("weights", weights, persistent=False)

    def scalarize(self, losses: Tensor, context: StepContext) -> Tensor:
        loss: Tensor = scalarization.Constant(self.weights)(losses)  # an absent task's loss is 0
        return loss


def _refuse_unknown(weights: dict[str, float], tasks: tuple[str, ...]) -> None:
    for name in weights:
        if name not in tasks:
            raise PluginError(
                f"combiner 'weighted' has a weight for unknown task {name!r}{did_you_mean(name, tasks)}; "
                f"the tasks of this group: {', '.join(tasks)} (for several groups set 'other_tasks: ignore')"
            )
