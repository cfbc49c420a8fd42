"""Cross-stitch networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch
from torch import Tensor, nn

from harness_architectures.base import Base
from harness_architectures.columns import Columns
from harness_architectures.parameters import CrossStitchParameters


class CrossStitch(Columns):
    r"""A network for each task, mixed after every block by learned units (Misra et al. 2016, "Cross-stitch Networks
    for Multi-task Learning", https://arxiv.org/abs/1604.03539, section on cross-stitch units).

    .. math:: \tilde h_t^{(c)} = \sum_s \alpha_{ts}^{(c)} h_s^{(c)}

    where :math:`h_s^{(c)}` is channel (or unit) c of task s's block and :math:`\tilde h_t` enters task t's next
    block, or its global pooling. A unit starts with :math:`\alpha_{tt}` = ``own``, and what is missing to 1 is
    divided among the other tasks; the source's units are 2×2, one a channel (``units: channel``), after pooling and
    fully connected layers, and take a learning rate 100 to 1,000 times the network's, which is not done here: all
    parameters have one optimizer.

    Input ``[batch, channels, bins, frames]``; embeddings ``[batch, width]``; logits ``[batch, outputs]``. A single
    task has no units and is the base alone.
    """

    def __init__(
        self, parameters: CrossStitchParameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        base = Base(parameters, input_shape)
        sizes = base.widths if parameters.units == "channel" else [1] * base.depth
        units = (StitchUnit(len(heads), size, parameters.own) for size in sizes)
        super().__init__(
            base, heads, parameters.start, nn.ModuleList(units) if len(heads) > 1 else nn.Identity()
        )

    def embeddings(self, x: Tensor) -> list[Tensor]:
        """Return each column's embedding, ``[batch, width]``."""
        states: list[Tensor] = []
        for index in range(self.base.depth):
            states = self.after_blocks(x, index, states)
            if len(states) > 1:
                states = cast(nn.ModuleList, self.shared)[index](states)
        return [self.base.readout(h) for h in states]


class StitchUnit(nn.Module):
    """The mixtures after one block: ``alpha [tasks (to), tasks (from), channels or 1]``."""

    def __init__(self, n_tasks: int, channels: int, own: float) -> None:
        super().__init__()
        across = (1 - own) / max(1, n_tasks - 1)
        start = torch.full((n_tasks, n_tasks), across).fill_diagonal_(own)
        self.alpha = nn.Parameter(start[:, :, None].repeat(1, 1, channels))

    def forward(self, states: list[Tensor]) -> list[Tensor]:
        """Mix outputs of all tasks' blocks, each ``[batch, channels, …]``."""
        shape = (1, -1, *[1] * (states[0].dim() - 2))
        return [
            torch.stack([h * weight.view(shape) for h, weight in zip(states, row, strict=True)]).sum(0)
            for row in self.alpha
        ]
