"""Gradient surgery on Gramians: a projected gradient is a row of coefficients of the tasks' gradients."""

from __future__ import annotations

import torch
from torch import Tensor

from harness.api import StackedStep
from harness_combiners.stacked.gramians import OrderedAggregator


class StackedPCGrad(OrderedAggregator):
    """See :class:`harness_combiners.pcgrad.PCGrad`. All tasks are projected side by side, a visit at a time."""

    name = "pcgrad"

    def solve(self, gramian: Tensor, present: Tensor, step: StackedStep) -> Tensor:
        norms = gramian.diagonal(dim1=1, dim2=2).unsqueeze(1)  # [M, 1, T]
        rows = torch.eye(self.tasks_n).to(gramian).expand_as(gramian).clone()  # [M, task, coefficient]
        for visited in self.visits():
            products = (gramian.unsqueeze(1) * rows.unsqueeze(2)).sum(3)  # with each task's own gradient
            rows -= torch.where(visited & (products < 0), products / norms, 0.0)
        return rows.sum(1)

    def permutation(self, place: int, n: int, generator: torch.Generator) -> list[int]:
        order: list[int] = torch.randperm(n, generator=generator).tolist()
        return order
