"""Soft sharing: networks that are held together by a penalty."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from harness_architectures.base import Base
from harness_architectures.columns import Columns
from harness_architectures.parameters import SoftSharingParameters


class SoftSharing(Columns):
    r"""A network for each task, whose trunks are drawn to each other (Duong et al. 2015, "Low Resource Dependency
    Parsing: Cross-lingual Parameter Sharing in a Neural Network Parser", https://aclanthology.org/P15-2139).

    .. math:: \ell_t + \frac{\lambda}{T - 1} \sum_{s \neq t} \lVert \theta_t - \theta_s \rVert^2

    where :math:`\theta_t` are the parameters of task t's trunk (weights, biases and normalisation; not the heads) and
    :math:`\lambda` is ``l2``. In task t's penalty :math:`\theta_s` is a constant, so that each task's loss has a
    gradient for its own network alone; summed over tasks, the gradient is that of :math:`\lambda / (T - 1)` times the
    sum over pairs. The source has two tasks (two languages) and one direction at a time.

    Input ``[batch, channels, bins, frames]``; embeddings ``[batch, width]``; logits ``[batch, outputs]``. A single
    task is the base alone. No parameter is shared: an aggregator of gradients has nothing to combine.
    """

    def __init__(
        self, parameters: SoftSharingParameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        super().__init__(Base(parameters, input_shape), heads, parameters.start)
        self.l2 = parameters.l2

    def embeddings(self, x: Tensor) -> list[Tensor]:
        """Return each column's embedding, ``[batch, width]``."""
        return [column(x) for column in self.own]

    def penalty(self) -> dict[str, Tensor]:
        """Return the mean squared distance of each task's trunk to the others', times ``l2``, scalars."""
        if len(self.tasks) == 1 or self.l2 == 0:
            return {}
        flat = [torch.cat([p.flatten() for p in column.parameters()]) for column in self.own]
        others = torch.stack(flat).detach()
        scale = self.l2 / (len(flat) - 1)
        return {
            task: scale * (own - others).square().sum() for task, own in zip(self.tasks, flat, strict=True)
        }
