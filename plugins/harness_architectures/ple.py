"""Customized gate control, and progressive layered extraction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from torch import Tensor, nn

from harness.api import TrainingError
from harness_architectures.architecture import Architecture
from harness_architectures.base import Base
from harness_architectures.extraction import OwnLevel, SharedLevel, bounds
from harness_architectures.parameters import CgcParameters, PleParameters


class Ple(Architecture):
    r"""Shared experts and experts of each task, at several levels (Tang et al. 2020, "Progressive Layered Extraction
    (PLE): A Novel Multi-Task Learning (MTL) Model for Personalized Recommendations",
    https://doi.org/10.1145/3383313.3412236, section on progressive layered extraction).

    .. math::
        g^{l}_t = \sum_i w^l_t(g^{l-1}_t)_i \, S^l_t[i], \qquad
        w^l_t(h) = \mathrm{softmax}(W^l_t h + b^l_t)

    where :math:`S^l_t` are the outputs of task t's own experts of :math:`g^{l-1}_t` and of the shared experts of
    :math:`g^{l-1}_\mathrm{shared}`, and :math:`g^0 = x`. Below the last level a shared gate mixes all experts, the
    shared ones and those of every task, to :math:`g^l_\mathrm{shared}`; its weights for a task's experts are the
    task's own. The base's blocks are divided among the levels in order; an expert of a level is that level's
    blocks. The source's gates have no bias; ``gate_input`` says what they see of a picture.

    Input ``[batch, channels, bins, frames]``; embeddings ``[batch, width]``; logits ``[batch, outputs]``. A single
    task has its own experts beside the shared ones: fewer than a group has in all.

    Raises:
        TrainingError: more levels than blocks.
    """

    def __init__(
        self, parameters: PleParameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        levels = parameters.levels
        base = Base(parameters, input_shape)
        if levels > base.depth:
            raise TrainingError(
                f"ple: {levels} levels for {base.depth} blocks; allowed: levels 1 to depth, or a larger depth"
            )
        parts = bounds(base.depth, levels)
        shared = nn.ModuleList(SharedLevel(base, *part, parameters) for part in parts)
        own = [nn.ModuleList(OwnLevel(base, *part, parameters) for part in parts) for _ in heads]
        super().__init__(heads, base.width, shared=shared, own=own)

    def embeddings(self, x: Tensor) -> list[Tensor]:
        """Return what each task's gate of the last level gives, ``[batch, width]``."""
        states, common = [x] * len(self.tasks), x
        for index, level in enumerate(cast(list[SharedLevel], list(self.shared.children()))):
            owns = [cast(OwnLevel, cast(nn.ModuleList, task)[index]) for task in self.own]
            shared = level.experts_of(common)
            experts = [own.experts_of(h) for own, h in zip(owns, states, strict=True)]
            states = [own.gated(h, e, shared) for own, h, e in zip(owns, states, experts, strict=True)]
            if level.gate is not None:
                common = level.gated(common, shared, experts, owns)
        return states


class Cgc(Ple):
    r"""Shared experts and experts of each task, at one level (Tang et al. 2020,
    https://doi.org/10.1145/3383313.3412236, section on customized gate control).

    .. math:: e_t = \sum_i w_t(x)_i \, S_t(x)[i], \qquad w_t(x) = \mathrm{softmax}(W_t x + b_t)

    where :math:`S_t(x)` are the outputs of task t's own experts and of the shared ones, each a whole trunk of the
    base. Shapes, and what a single task is, as of :class:`Ple`."""

    def __init__(
        self, parameters: CgcParameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        super().__init__(PleParameters(**parameters.model_dump(), levels=1), input_shape, heads)
