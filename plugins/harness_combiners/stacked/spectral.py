"""Aggregators that decompose the Gramian."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor

from harness.api import Parameters, StackedStep
from harness_combiners.stacked.gramians import GramianAggregator

#: TorchJD's IMTL-G makes no update where its weights, before they are scaled, sum to less.
SMALLEST_SUM = 1e-12


class StackedIMTLG(GramianAggregator):
    """See :class:`harness_combiners.imtl_g.IMTLG`."""

    capturable: ClassVar[bool] = False

    def solve(self, gramian: Tensor, step: StackedStep) -> Tensor:
        norms = gramian.diagonal(dim1=1, dim2=2).clamp(min=0).sqrt()
        inverse = torch.linalg.pinv(gramian, rtol=_tolerance(gramian, step.present))
        raw = (inverse * norms.unsqueeze(1)).sum(2)
        total = raw.sum(1, keepdim=True)
        return torch.where(total.abs() < SMALLEST_SUM, 0.0, raw / total)


class StackedAlignedMTL(GramianAggregator):
    """See :class:`harness_combiners.aligned_mtl.AlignedMTL`."""

    capturable: ClassVar[bool] = False
    scale: Tensor

    def __init__(self, parameters: Sequence[Parameters], tasks_n: int) -> None:
        super().__init__(parameters, tasks_n)
        numbers = [("min", "median", "rmse").index(own.scale) for own in parameters]  # type: ignore[attr-defined]
        self.register_buffer("scale", torch.tensor(numbers), persistent=False)

    def solve(self, gramian: Tensor, step: StackedStep) -> Tensor:
        share = step.present.to(gramian) / step.present.sum(1, keepdim=True).clamp(min=1)
        values, vectors = torch.linalg.eigh(gramian, UPLO="U")  # ascending
        kept = values > values[:, -1:] * _tolerance(gramian, step.present).unsqueeze(1)
        rank = kept.sum(1, keepdim=True)
        lengths = torch.where(kept, values, torch.nan)
        scales = torch.stack(
            [
                lengths.nan_to_num(torch.inf).amin(1),
                lengths.nanmedian(1).values,
                lengths.nanmean(1),
            ],
            dim=1,
        ).gather(1, self.scale.unsqueeze(1))
        stretch = torch.where(kept, (scales / values).sqrt(), 0.0)
        inside = (vectors * share.unsqueeze(2)).sum(1)  # the mean's share of each component
        aligned = (vectors * (stretch * inside).unsqueeze(1)).sum(2)
        return torch.where(rank > 0, aligned, share)


def _tolerance(gramian: Tensor, present: Tensor) -> Tensor:
    """Return the share of the largest eigenvalue below which another counts as zero, ``[M]``."""
    return present.sum(1).to(gramian) * torch.finfo(gramian.dtype).eps
