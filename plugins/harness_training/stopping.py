"""Stopping rules on a task's validation score."""

from __future__ import annotations

import math
from typing import Any

from harness.api import Parameters, StoppingRule
from harness_training.parameters import AverageParameters, PatienceParameters


class Patience(StoppingRule):
    """Stop after ``patience`` epochs without an improvement of more than ``min_delta`` over the best score.

    The first finite score is an improvement; one that is NaN never is. After Prechelt 1998, criterion UP.
    """

    def __init__(self, parameters: PatienceParameters) -> None:
        super().__init__(parameters)
        self.patience, self.min_delta = parameters.patience, parameters.min_delta
        self.best: float | None = None
        self.waited = 0

    def update(self, score: float) -> bool:
        if self._improves(score):
            self.best, self.waited = score, 0
        else:
            self.waited += 1
        return self.waited >= self.patience

    def _improves(self, score: float) -> bool:
        return not math.isnan(score) and (self.best is None or score > self.best + self.min_delta)

    def state_dict(self) -> dict[str, Any]:
        return {"best": self.best, "waited": self.waited}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.best, self.waited = state["best"], state["waited"]


class Never(StoppingRule):
    """Never stop: the task uses its whole budget."""

    def __init__(self, parameters: Parameters) -> None:
        super().__init__(parameters)

    def update(self, score: float) -> bool:
        return False

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """There is no state."""


class Last(Never):
    """Never stop, and take the last epoch, whatever validation says.

    For small validation parts, whose best epoch is mostly the luckiest one.
    """

    takes_last = True


class Average(Last):
    """Never stop, and take the mean of the weights at the ends of the last epochs.

    Izmailov et al. 2018, "Averaging weights leads to wider optima and better generalization" (arXiv:1803.05407),
    algorithm 1, with a constant learning rate and a cycle of one epoch. Running statistics are averaged with the
    weights, where the paper computes them anew. The curves are those of the network that is trained, epoch by epoch,
    and so is the validation score that a search looks at.
    """

    def __init__(self, parameters: AverageParameters) -> None:
        super().__init__(parameters)
        self.averaged = parameters.epochs
