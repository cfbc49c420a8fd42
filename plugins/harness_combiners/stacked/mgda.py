"""Multiple-gradient descent on Gramians."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from harness.api import Parameters, StackedStep
from harness_combiners.stacked.gramians import GramianAggregator


class StackedMGDA(GramianAggregator):
    """See :class:`harness_combiners.mgda.MGDA`: TorchJD's Frank-Wolfe steps, a step of all members at a time."""

    def __init__(self, parameters: Sequence[Parameters], tasks_n: int) -> None:
        super().__init__(parameters, tasks_n)
        self.settings("epsilon", "max_iters")
        self.most = max(int(own.max_iters) for own in parameters)  # type: ignore[attr-defined]

    def solve(self, gramian: Tensor, step: StackedStep) -> Tensor:
        epsilon, limit = self.setting("epsilon", gramian), self.setting("max_iters", gramian)
        # of two tasks the first step finds the minimum, and the second one that it is there
        return frank_wolfe(gramian, step.present, epsilon, limit, self.most if self.tasks_n > 2 else 2)


def frank_wolfe(gramian: Tensor, present: Tensor, epsilon: Tensor, limit: Tensor, most: int) -> Tensor:
    """Return MGDA's weights ``[M, T]`` after at most ``limit [M]`` steps (and ``most``); a member whose step
    is shorter than ``epsilon [M]`` stops.
    """
    alpha = present.to(gramian) / present.sum(1, keepdim=True).clamp(min=1)
    done = torch.zeros_like(present[:, 0])
    for number in range(most):
        moved, gamma = _moved(gramian, present, alpha)
        going = ~done & (number < limit)
        done = done | (gamma < epsilon) | (moved == alpha).all(1)
        alpha = torch.where(going.unsqueeze(1), moved, alpha)
        if gramian.device.type == "cpu" and bool(done.all()):
            break
    return alpha


def _moved(gramian: Tensor, present: Tensor, alpha: Tensor) -> tuple[Tensor, Tensor]:
    """Return the weights after a step, and its length between 0 and 1, ``[M]``."""
    slope = (gramian * alpha.unsqueeze(1)).sum(2)
    best = torch.where(present, slope, torch.inf).argmin(1, keepdim=True)
    corner = torch.zeros_like(alpha).scatter(1, best, 1.0)
    a = slope.gather(1, best)[:, 0]
    b = (alpha * slope).sum(1)
    c = gramian.diagonal(dim1=1, dim2=2).gather(1, best)[:, 0]
    gamma = torch.where(c <= a, 1.0, torch.where(b <= a, 0.0, (b - a) / (b + c - 2 * a)))
    return (1 - gamma).unsqueeze(1) * alpha + gamma.unsqueeze(1) * corner, gamma
