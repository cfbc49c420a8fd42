"""Uncertainty weighting."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torchjd import scalarization

from harness.api import Parameters, Scalarizer, StepContext


class Uncertainty(Scalarizer):
    r"""Weights by a learned log-variance :math:`s_t` of each task (Kendall, Gal and Cipolla 2018,
    arXiv:1705.07115).

    .. math:: \mathcal L = \sum_t \tfrac12 e^{-s_t} \ell_t + \tfrac12 s_t, \qquad s_t = \log \sigma_t^2

    as TorchJD's ``UW`` has it, for every kind of loss (the paper's form for classification lacks the first ½,
    which moves :math:`s_t` by a constant). It starts at :math:`s_t = 0`: half the plain sum.

    Each task has a ``UW`` of its own. The sum is the same, and a task that is absent from a step leaves its
    log-variance without any gradient, so that neither the regulariser nor momentum nor weight decay moves it.
    """

    def __init__(self, parameters: Parameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        self.methods = nn.ModuleList(scalarization.UW(()) for _ in tasks)

    def scalarize(self, losses: Tensor, context: StepContext) -> Tensor:
        every = zip(self.methods, losses, context.present.tolist(), strict=True)
        terms = [method(loss) for method, loss, present in every if present]
        return torch.stack(terms).sum() if terms else losses.sum()
