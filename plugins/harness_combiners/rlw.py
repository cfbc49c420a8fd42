"""Random loss weighting."""

from __future__ import annotations

import torch
from torch import Tensor
from torchjd import scalarization

from harness.api import Parameters, Scalarizer, StepContext, present_only
from harness_combiners.adapters import Drawing


class RLW(Drawing, Scalarizer):
    r"""Weights drawn anew at every step (Lin et al. 2022, arXiv:2111.10603): what every weighting must beat.

    .. math:: \mathcal L = \sum_t \lambda_t\, \ell_t, \qquad
              \lambda = \mathrm{softmax}(z), \quad z_t \sim \mathcal N(0, 1)

    over the tasks that are present. The weights sum to 1, so that the update is a mean and a learning rate
    counts less than with ``sum``, by the number of tasks on average.

    TorchJD's ``Random`` draws from torch's global generator. Here a step's numbers come from a generator of
    their own, and go to the tasks in the order of their names: the order in which a study lists them does not
    matter.
    """

    name = "rlw"

    def __init__(self, parameters: Parameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        #: The tasks' numbers in the order of their names.
        self.order = sorted(range(len(tasks)), key=lambda task: tasks[task])

    def scalarize(self, losses: Tensor, context: StepContext) -> Tensor:
        present = context.present.tolist()
        drawn = torch.tensor(self.draws(context.step, present)).to(losses)
        weights = torch.softmax(present_only(drawn, context), dim=0)
        loss: Tensor = scalarization.Constant(weights)(present_only(losses, context))
        return loss

    def draws(self, step: int, present: list[bool]) -> list[float]:
        """Return the normal numbers of a step, one a task, with a zero for every task that is absent."""
        drawn, here = [0.0] * len(present), [task for task in self.order if present[task]]
        numbers = torch.randn(len(here), generator=self.generator(step)).tolist()
        for task, number in zip(here, numbers, strict=True):
            drawn[task] = number
        return drawn
