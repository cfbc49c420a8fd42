"""Sums of losses with weights that are fixed, learned, or follow the epochs."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from harness.api import Combiner, Parameters, StackedScalarizer, StackedStep


class StackedSum(StackedScalarizer):
    """See :class:`harness_combiners.sum.Sum`."""

    def scalarize(self, losses: Tensor, step: StackedStep) -> Tensor:
        return losses.sum(1)


class StackedWeighted(StackedScalarizer):
    """See :class:`harness_combiners.weighted.Weighted`. ``weights [M, T]``."""

    weights: Tensor

    def __init__(self, parameters: Sequence[Parameters], tasks_n: int) -> None:
        super().__init__(parameters, tasks_n)
        self.register_buffer("weights", torch.ones(len(parameters), tasks_n), persistent=False)

    def gather(self, combiners: Sequence[Combiner]) -> None:
        self.weights.copy_(torch.stack([combiner.get_buffer("weights") for combiner in combiners]))

    def scalarize(self, losses: Tensor, step: StackedStep) -> Tensor:
        return (self.weights.to(losses) * losses).sum(1)


class StackedScales(StackedScalarizer):
    """Base for one learned number a task, ``scales``: ``T`` parameters of shape ``[M]``, as each task of the
    combiner has one of its own. Those of absent tasks get no gradient and are not moved.
    """

    def __init__(self, parameters: Sequence[Parameters], tasks_n: int) -> None:
        super().__init__(parameters, tasks_n)
        start = [nn.Parameter(torch.zeros(len(parameters))) for _ in range(tasks_n)]
        self.scales = nn.ParameterList(start)

    def active(self, step: StackedStep) -> list[Tensor]:
        return list(step.present.unbind(1))

    def gather(self, combiners: Sequence[Combiner]) -> None:
        with torch.no_grad():
            for member, combiner in enumerate(combiners):
                for scale, own in zip(self.scales, combiner.parameters(), strict=True):
                    scale[member] = own

    def scatter(self, combiners: Sequence[Combiner]) -> None:
        with torch.no_grad():
            for member, combiner in enumerate(combiners):
                for scale, own in zip(self.scales, combiner.parameters(), strict=True):
                    own.copy_(scale[member])

    def scalarize(self, losses: Tensor, step: StackedStep) -> Tensor:
        terms = self.terms(losses, torch.stack(list(self.scales), dim=1))
        return torch.where(step.present, terms, torch.zeros_like(terms)).sum(1)

    def terms(self, losses: Tensor, scales: Tensor) -> Tensor:
        """Return each task's share of the loss, ``[M, T]``, from ``losses`` and ``scales``, both ``[M, T]``."""
        raise NotImplementedError


class StackedUncertainty(StackedScales):
    """See :class:`harness_combiners.uncertainty.Uncertainty`."""

    def terms(self, losses: Tensor, scales: Tensor) -> Tensor:
        return 0.5 * torch.exp(-scales) * losses + 0.5 * scales


class StackedDWA(StackedScalarizer):
    """See :class:`harness_combiners.dwa.DWA`. ``sums`` and ``counts [M, T]``, ``averages [M, 2, T]``."""

    sums: Tensor
    counts: Tensor
    averages: Tensor
    temperature: Tensor

    def __init__(self, parameters: Sequence[Parameters], tasks_n: int) -> None:
        super().__init__(parameters, tasks_n)
        shape = len(parameters), tasks_n
        self.register_buffer("sums", torch.zeros(shape))
        self.register_buffer("counts", torch.zeros(shape))
        self.register_buffer("averages", torch.full((shape[0], 2, tasks_n), torch.nan))
        self.register_buffer("temperature", self.of_members("temperature"), persistent=False)

    def scalarize(self, losses: Tensor, step: StackedStep) -> Tensor:
        ratio = self.averages[:, 1] / self.averages[:, 0]
        ratio = torch.where(torch.isfinite(ratio), ratio, torch.ones_like(ratio))
        weights = self.tasks_n * torch.softmax(ratio / self.temperature.to(ratio).unsqueeze(1), dim=1)
        self._count(losses.detach(), step)
        return (weights.to(losses) * losses).sum(1)

    def _count(self, losses: Tensor, step: StackedStep) -> None:
        self.sums += losses
        self.counts += step.present
        ends = step.ends_epoch.unsqueeze(1)
        latest = torch.stack([self.averages[:, 1], self.sums / self.counts], dim=1)
        self.averages.copy_(torch.where(ends.unsqueeze(2), latest, self.averages))
        self.sums.masked_fill_(ends, 0.0)
        self.counts.masked_fill_(ends, 0.0)
