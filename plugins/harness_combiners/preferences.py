"""A preference for every task: fixed in the study file, or drawn anew at every step."""

from __future__ import annotations

import torch
from torch import Tensor

from harness.api import StepContext
from harness_combiners.adapters import Drawing
from harness_combiners.parameters_losses import PreferenceParameters


class Preferring(Drawing):
    r"""Mixin of scalarizers with a vector :math:`r` of preferences, positive and summing to 1 over the present tasks.

    ``draws: none`` takes the preferences of the study file, 1 for a task not named. ``draws: dirichlet`` draws
    :math:`r \sim \mathrm{Dirichlet}(\alpha, \dots, \alpha)` at every step, seeded by the run's seed and the number
    of the step, and given to the tasks in the order of their names.
    """

    preferences: Tensor

    def __init__(self, parameters: PreferenceParameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        self.draws, self.concentration = parameters.draws, parameters.concentration
        #: The tasks' numbers in the order of their names.
        self.order = sorted(range(len(tasks)), key=lambda task: tasks[task])
        fixed = torch.tensor([parameters.preferences.get(task, 1.0) for task in tasks])
        self.register_buffer("preferences", fixed, persistent=False)

    def preference(self, losses: Tensor, context: StepContext) -> Tensor:
        """Return the preferences of the present tasks, ``[present]``, like ``losses``."""
        every = self.preferences if self.draws == "none" else self._drawn(context)
        own = every.to(losses)[context.present]
        return own / own.sum()

    def _drawn(self, context: StepContext) -> Tensor:
        present = context.present.tolist()
        here = [task for task in self.order if present[task]]
        drawn = torch.zeros(len(present))
        with self.drawing(context.step, torch.device("cpu")):
            shares = torch.distributions.Dirichlet(torch.full((len(here),), self.concentration)).sample()
        drawn[here] = shares.clamp(min=torch.finfo(shares.dtype).tiny)
        return drawn
