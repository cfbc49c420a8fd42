"""Conflict-averse gradient descent."""

from __future__ import annotations

import torch
from torch import Tensor

from harness.api import Aggregator, DataError, StepContext
from harness_combiners.adapters import check_finite
from harness_combiners.parameters import CAGradParameters
from harness_combiners.stacked.cagrad import MOST_TASKS, cagrad_weights


class CAGrad(Aggregator):
    r"""The update within a ball around the mean gradient that helps the worst-off task most (Liu et al. 2021,
    arXiv:2110.14048, algorithm 1).

    .. math:: \max_d \min_t\; g_t \cdot d \quad\text{with } \lVert d - g_0 \rVert \le c \lVert g_0 \rVert,
              \qquad g_0 = \tfrac1T \sum_t g_t

    Its dual is solved for the worst weights :math:`w`, and gives the update:

    .. math:: w = \arg\min_{w \ge 0,\ \sum_t w_t = 1} g_w \cdot g_0 + c \lVert g_0 \rVert \lVert g_w \rVert,
              \qquad g_w = \sum_t w_t g_t, \qquad
              d = g_0 + \frac{c \lVert g_0 \rVert}{\lVert g_w \rVert}\, g_w

    With ``c: 0`` it is the mean gradient; for c < 1 it still ends where the mean loss has a minimum; with a
    large c it comes near ``mgda``. It is a mean, lengthened by up to 1 + c.

    TorchJD hands the dual to a general convex solver, which is not installed with the harness. It is so small
    that here it is solved exactly: on each face of the simplex the minimum is in closed form, and the best
    one is taken (so that there can be twelve tasks at most). As in TorchJD there is no update where the
    tasks' gradients balance out: where :math:`\lVert g_w \rVert` is below 1e-4 of the root of all squared
    norms' sum.
    """

    def __init__(self, parameters: CAGradParameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        if len(tasks) > MOST_TASKS:
            raise DataError(
                f"cagrad is for at most {MOST_TASKS} tasks, found {len(tasks)}: {', '.join(tasks)}"
            )
        self.c = parameters.c

    def aggregate(self, gradients: Tensor, context: StepContext) -> Tensor:
        check_finite(gradients, context)
        gramian = (gradients @ gradients.T).unsqueeze(0)
        c = torch.full((1,), self.c, dtype=torch.float64, device=gramian.device)
        return cagrad_weights(gramian, context.present.unsqueeze(0), c)[0] @ gradients
