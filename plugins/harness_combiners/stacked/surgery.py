"""Gradient surgery on Gramians: a turned gradient is a row of coefficients of the tasks' gradients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from harness.api import Parameters, StackedStep
from harness_combiners.stacked.gramians import OrderedAggregator
from harness_combiners.stacked.orders import permuted_all, permuted_others

#: TorchJD's constant in the denominators of GradVac.
EPS = 1e-8


class StackedPCGrad(OrderedAggregator):
    """See :class:`harness_combiners.pcgrad.PCGrad`."""

    name = "pcgrad"
    permute = staticmethod(permuted_all)

    def solve(self, gramian: Tensor, step: StackedStep) -> Tensor:
        return projected(gramian, self.drawn())


class StackedGradVac(OrderedAggregator):
    """See :class:`harness_combiners.gradvac.GradVac`. ``aims [M, T, T]``."""

    name = "gradvac"
    permute = staticmethod(permuted_others)
    aims: Tensor

    def __init__(self, parameters: Sequence[Parameters], tasks_n: int) -> None:
        super().__init__(parameters, tasks_n)
        self.register_buffer("aims", torch.zeros(len(parameters), tasks_n, tasks_n))
        self.settings("beta")

    def solve(self, gramian: Tensor, step: StackedStep) -> Tensor:
        beta = self.setting("beta", gramian)
        weights, aims = vaccinated(gramian, self.aims.to(gramian), beta, self.drawn())
        self.aims.copy_(aims)
        return weights


def projected(gramian: Tensor, orders: Tensor) -> Tensor:
    """Return PCGrad's weights ``[M, T]`` from ``gramian [M, T, T]`` and ``orders [M, T, T - 1]``. All tasks
    are projected side by side, one visit at a time.
    """
    norms = gramian.diagonal(dim1=1, dim2=2).unsqueeze(1)  # [M, 1, T]
    rows = _unturned(gramian)
    for visited in _visits(orders):
        products = (gramian.unsqueeze(1) * rows.unsqueeze(2)).sum(3)  # with each task's own gradient
        rows = rows - torch.where(visited & (products < 0), products / norms, 0.0)
    return rows.sum(1)


def vaccinated(gramian: Tensor, aims: Tensor, beta: Tensor, orders: Tensor) -> tuple[Tensor, Tensor]:
    """Return GradVac's weights ``[M, T]`` and new aims ``[M, T, T]``, from ``gramian [M, T, T]``, the aims,
    ``beta [M]`` and ``orders [M, T, T - 1]``.
    """
    rows, decay = _unturned(gramian), beta.view(-1, 1, 1)
    other = gramian.diagonal(dim1=1, dim2=2).clamp(min=0).sqrt().unsqueeze(1)  # [M, 1, T]
    for visited in _visits(orders):
        products = (gramian.unsqueeze(1) * rows.unsqueeze(2)).sum(3)
        own = (products * rows).sum(2, keepdim=True).clamp(min=0).sqrt()  # [M, T, 1]
        cosine = products / (own * other + EPS)
        sine, aimed = (1 - cosine.square()).clamp(min=0).sqrt(), (1 - aims.square()).clamp(min=0).sqrt()
        turn = own * (aims * sine - cosine * aimed) / (other * aimed + EPS)
        rows = rows + torch.where(visited & (cosine < aims), turn, 0.0)
        aims = torch.where(visited, (1 - decay) * aims + decay * cosine, aims)
    return rows.sum(1), aims


def _unturned(gramian: Tensor) -> Tensor:
    """Return each task's own gradient as coefficients, ``[M, task, coefficient]``."""
    return torch.eye(gramian.shape[1]).to(gramian).expand_as(gramian)


def _visits(orders: Tensor) -> Iterator[Tensor]:
    """Yield ``[M, T, T]`` bool for each turn: the one task (third dimension) that a task (second) visits."""
    tasks = torch.arange(orders.shape[1], device=orders.device)
    for turn in range(orders.shape[2]):
        yield orders[:, :, turn, None] == tasks
