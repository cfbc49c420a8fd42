"""Sluice networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch
from torch import Tensor, nn

from harness.api import TrainingError
from harness_architectures.base import Base, Segment
from harness_architectures.columns import Columns
from harness_architectures.parameters import SluiceParameters


class Sluice(Columns):
    r"""A network for each task, whose blocks have two subspaces that are mixed over all tasks, and a mixture of all
    blocks for the head (Ruder et al. 2019, "Latent Multi-task Architecture Learning",
    https://arxiv.org/abs/1705.08142, section on sluice networks).

    .. math::
        \tilde h_{t,k,i} = \sum_{s,j} \alpha^{(k)}_{ti,sj} h_{s,k,j}, \qquad
        e_t = \sum_k \beta_{t,k}\, \mathrm{pool}(\tilde h_{t,k}), \qquad
        \lambda \sum_k \lVert G_{t,k,1} G_{t,k,2}^\top \rVert_F^2

    where :math:`h_{s,k,1}, h_{s,k,2}` are the two halves of the channels of task s's block k, the last expression
    is task t's penalty with :math:`\lambda` = ``orthogonality``, and the rows of :math:`G_{t,k,i}` are the filters
    that give half i. The source's layers have one width; a narrower block's embedding is filled up with zeros here.
    The source writes :math:`G_1^\top G_2` and its program multiplies so that the product depends on the order of
    the units; here it is that of every filter of one half with every one of the other.

    Input ``[batch, channels, bins, frames]``; embeddings ``[batch, width]``; logits ``[batch, outputs]``. A single
    task keeps its two subspaces, the mixture over blocks and the penalty.

    Raises:
        TrainingError: a block has an odd number of channels, so that it has no halves.
    """

    def __init__(
        self, parameters: SluiceParameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        base = Base(parameters, input_shape)
        if any(width % 2 for width in base.widths):
            raise TrainingError(
                f"sluice: blocks of {base.widths} channels have no two halves; allowed: even widths"
            )
        tasks, halves = len(heads), 2 * len(heads)
        shared = nn.Module()
        shared.alpha = nn.ParameterList(_diagonal(halves, parameters.own) for _ in range(base.depth))
        shared.beta = nn.ParameterList(_last(base.depth, parameters.last) for _ in range(tasks))
        super().__init__(base, heads, parameters.start, shared)
        self.weight = parameters.orthogonality

    def embeddings(self, x: Tensor) -> list[Tensor]:
        """Return each task's mixture over blocks, ``[batch, width]``."""
        alpha, beta = (cast(nn.ParameterList, part) for part in (self.shared.alpha, self.shared.beta))
        states: list[Tensor] = []
        layers: list[list[Tensor]] = [[] for _ in self.tasks]
        for index in range(self.base.depth):
            states = _mixed(alpha[index], self.after_blocks(x, index, states))
            for seen, h in zip(layers, states, strict=True):
                seen.append(self._filled(self.base.readout(h)))
        return [
            torch.einsum("k,kbw->bw", weights, torch.stack(seen))
            for weights, seen in zip(beta, layers, strict=True)
        ]

    def penalty(self) -> dict[str, Tensor]:
        """Return how far the two halves' filters are from orthogonal, for each task, scalars."""
        if self.weight == 0:
            return {}
        columns = cast(list[Segment], list(self.own))
        return {
            task: self.weight * torch.stack([_overlap(block) for block in column.blocks]).sum()
            for task, column in zip(self.tasks, columns, strict=True)
        }

    def _filled(self, embedding: Tensor) -> Tensor:
        return nn.functional.pad(embedding, (0, self.base.width - embedding.shape[1]))


def _mixed(alpha: Tensor, states: list[Tensor]) -> list[Tensor]:
    """Mix the halves ``[batch, channels/2, …]`` of every state by ``alpha [2·tasks (to), 2·tasks (from)]``."""
    halves = torch.stack([half for h in states for half in h.chunk(2, dim=1)])
    mixed = torch.tensordot(alpha, halves, dims=1)
    return [torch.cat([first, second], dim=1) for first, second in zip(mixed[::2], mixed[1::2], strict=True)]


def _overlap(block: nn.Module) -> Tensor:
    first, second = cast(Tensor, next(iter(block.children())).weight).flatten(1).chunk(2)
    return (first @ second.T).square().sum()


def _diagonal(size: int, own: float) -> nn.Parameter:
    return nn.Parameter(torch.full((size, size), (1 - own) / (size - 1)).fill_diagonal_(own))


def _last(depth: int, last: float) -> nn.Parameter:
    start = torch.full((depth,), (1 - last) / max(1, depth - 1))
    start[-1] = last if depth > 1 else 1.0
    return nn.Parameter(start)
