"""Impartial multi-task learning by loss balance."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torchjd import scalarization

from harness.api import Parameters, Scalarizer, StepContext


class IMTLL(Scalarizer):
    r"""Weights :math:`e^{s_t}` learned so that all scaled losses become equal (Liu et al. 2021, Towards
    Impartial Multi-task Learning, ICLR, openreview IMPnRXEWpvr, IMTL-L).

    .. math:: \mathcal L = \sum_t e^{s_t} \ell_t - s_t

    At the optimum of :math:`s_t` every :math:`e^{s_t} \ell_t` is 1. It starts at :math:`s_t = 0`: the plain
    sum. ``uncertainty`` is half of it with the sign of :math:`s_t` turned, so that the two differ by how the
    learning rate counts.

    As there, each task has a scale of its own, which an absent task leaves as it is. Losses should be
    positive.
    """

    def __init__(self, parameters: Parameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        self.methods = nn.ModuleList(scalarization.IMTLL(()) for _ in tasks)

    def scalarize(self, losses: Tensor, context: StepContext) -> Tensor:
        every = zip(self.methods, losses, context.present.tolist(), strict=True)
        terms = [method(loss) for method, loss, present in every if present]
        return torch.stack(terms).sum() if terms else losses.sum()
