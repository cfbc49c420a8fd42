"""Scalarizers of the losses alone: random weights, geometric mean, smooth maximum; and learned scales."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from harness.api import Combiner, Parameters, StackedScalarizer, StackedStep
from harness_combiners.gls import above_zero
from harness_combiners.rlw import RLW
from harness_combiners.stacked.weights import StackedScales


class StackedRLW(StackedScalarizer):
    """See :class:`harness_combiners.rlw.RLW`. The members' own combiners draw the numbers ``[M, T]``."""

    drawn: Tensor

    def __init__(self, parameters: Sequence[Parameters], tasks_n: int) -> None:
        super().__init__(parameters, tasks_n)
        self.members: list[RLW] = []
        self.register_buffer("drawn", torch.full((len(parameters), tasks_n), torch.nan), persistent=False)

    def gather(self, combiners: Sequence[Combiner]) -> None:
        self.members = [combiner for combiner in combiners if isinstance(combiner, RLW)]

    def keep(self, index: Tensor) -> None:
        super().keep(index)
        self.members = [self.members[member] for member in index.tolist()]

    def begin(self, step: StackedStep) -> None:
        rows = zip(self.members, step.steps.tolist(), step.present.tolist(), strict=True)
        self.drawn.copy_(torch.tensor([member.draws(n, present) for member, n, present in rows]))

    def scalarize(self, losses: Tensor, step: StackedStep) -> Tensor:
        drawn = torch.where(step.present, self.drawn, -torch.inf)
        return (torch.softmax(drawn.to(losses), dim=1) * losses).sum(1)


class StackedGLS(StackedScalarizer):
    """See :class:`harness_combiners.gls.GLS`. A negative loss gives NaN, which ends its member."""

    def scalarize(self, losses: Tensor, step: StackedStep) -> Tensor:
        logs = torch.where(step.present, above_zero(losses), 1.0).log()
        return torch.exp(logs.sum(1) / step.present.sum(1))


class StackedSTCH(StackedScalarizer):
    """See :class:`harness_combiners.stch.STCH`. ``mu [M]``."""

    mu: Tensor

    def __init__(self, parameters: Sequence[Parameters], tasks_n: int) -> None:
        super().__init__(parameters, tasks_n)
        self.register_buffer("mu", self.of_members("mu"), persistent=False)

    def scalarize(self, losses: Tensor, step: StackedStep) -> Tensor:
        n, mu = step.present.sum(1, keepdim=True), self.mu.to(losses)
        exponents = torch.where(step.present, losses / n / mu.unsqueeze(1), -torch.inf)
        return mu * torch.logsumexp(exponents, dim=1)


class StackedIMTLL(StackedScales):
    """See :class:`harness_combiners.imtl_l.IMTLL`."""

    def terms(self, losses: Tensor, scales: Tensor) -> Tensor:
        return torch.exp(scales) * losses - scales
