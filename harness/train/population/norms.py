"""Batch normalisation of many members at once."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from harness.train.population.layers import Layer, Pass, as_channels


def data_set_norm(names: dict[str, str], eps: float, momentum: float) -> Layer:
    """Return :class:`harness.bases.norm.DataSetNorm` of every member; ``names`` are those of its tensors."""

    def run(x: Tensor, step: Pass) -> Tensor:
        axis = 1 if x.dim() == 3 else 0
        if len(step.segments) == 1:
            return part(x, step.segments[0][0], step)
        sizes = [stop - start for _, start, stop in step.segments]
        parts = zip(x.split(sizes, axis), step.segments, strict=True)
        return torch.cat([part(values, dataset, step) for values, (dataset, _, _) in parts], axis)

    def part(x: Tensor, dataset: int, step: Pass) -> Tensor:
        # one value a channel has no variance: such a part takes the running statistics
        channels = step.values[names["weight"]].numel()
        training = step.training and x.numel() > channels
        mean, var = (_flat(step.values[names[name]][:, dataset]) for name in ("running_mean", "running_var"))
        return normalised(x, mean, var, step, names, training=training, momentum=momentum, eps=eps)

    return run


def batch_norm(names: dict[str, str], eps: float, momentum: float) -> Layer:
    """Return ``torch.nn.BatchNorm1d`` or ``BatchNorm2d`` of every member."""

    def run(x: Tensor, step: Pass) -> Tensor:
        mean, var = (_flat(step.values[names[name]]) for name in ("running_mean", "running_var"))
        if step.training:
            step.values[names["num_batches_tracked"]].add_(1)
        return normalised(x, mean, var, step, names, training=step.training, momentum=momentum, eps=eps)

    return run


def normalised(
    x: Tensor,
    mean: Tensor,
    var: Tensor,
    step: Pass,
    names: dict[str, str],
    *,
    training: bool,
    momentum: float,
    eps: float,
) -> Tensor:
    """Return batch normalisation of pictures or vectors; in training ``mean`` and ``var`` ``[M·channels]``
    are updated.
    """
    weight, bias = (step.values[names[name]].flatten() for name in ("weight", "bias"))
    return as_channels(
        x, lambda merged: functional.batch_norm(merged, mean, var, weight, bias, training, momentum, eps)
    )


def _flat(statistics: Tensor) -> Tensor:
    """Return ``[M·channels]``; a view where the statistics may be updated, which :class:`Stacks` lays out so."""
    return statistics.view(-1) if statistics.is_contiguous() else statistics.reshape(-1)
