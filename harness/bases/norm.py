"""Batch normalisation that keeps data sets apart."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

Segments = Sequence[tuple[int, int, int]]


class DataSetNorm(nn.Module):
    """Batch normalisation of each data set's part of a batch by itself, with running statistics a data set.

    Otherwise a partner from another data set shifts the main task's statistics and fakes a loss (the idea of
    AdaBN, Li et al. 2016, arXiv:1603.04779, for the data sets of a batch). The affine parameters are shared.

    Input ``[batch, channels, …]``. ``segments``, set by :func:`set_segments` before a forward pass, lists
    ``(data set, start, stop)`` slices that follow each other and make up the batch; without it the whole
    batch is data set 0. A part with one value a channel is normalised by the running statistics, in training
    too.
    """

    def __init__(
        self, channels: int, n_datasets: int = 1, *, eps: float = 1e-5, momentum: float = 0.1
    ) -> None:
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(n_datasets, channels))
        self.register_buffer("running_var", torch.ones(n_datasets, channels))
        self.segments: Segments | None = None

    def forward(self, x: Tensor) -> Tensor:
        segments = self.segments or ((0, 0, x.shape[0]),)
        if len(segments) == 1:
            return self._normalise(x, segments[0][0])
        # split, not slices: the gradient of each slice would be a tensor as large as the whole batch
        parts = x.split([stop - start for _, start, stop in segments])
        datasets = [dataset for dataset, _, _ in segments]
        return torch.cat(
            [self._normalise(part, dataset) for part, dataset in zip(parts, datasets, strict=True)]
        )

    def _normalise(self, x: Tensor, dataset: int) -> Tensor:
        mean, var = self.running_mean[dataset], self.running_var[dataset]  # type: ignore[index]
        # One value a channel has no variance: such a part takes the running statistics.
        training = self.training and x.numel() > x.shape[1]
        return nn.functional.batch_norm(
            x, mean, var, self.weight, self.bias, training, self.momentum, self.eps
        )


def set_segments(model: nn.Module, segments: Segments) -> None:
    """Tell every :class:`DataSetNorm` of a model which slices of the next batch belong to which data set."""
    for module in model.modules():
        if isinstance(module, DataSetNorm):
            module.segments = segments


def set_n_datasets(model: nn.Module, n_datasets: int) -> None:
    """Give every :class:`DataSetNorm` of a fresh model running statistics for ``n_datasets`` data sets."""
    for module in model.modules():
        if isinstance(module, DataSetNorm):
            channels = module.weight.shape[0]
            module.running_mean = torch.zeros(n_datasets, channels)
            module.running_var = torch.ones(n_datasets, channels)
