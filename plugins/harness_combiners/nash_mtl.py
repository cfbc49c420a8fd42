"""Multi-task learning as a bargaining game."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from harness.api import Aggregator, StepContext
from harness_combiners.adapters import check_finite
from harness_combiners.parameters_gradients import NashMTLParameters

#: Newton's method ends where its step is this long, in its own measure, or after so many steps.
PRECISION, MOST_STEPS = 1e-10, 100
#: Newton's steps are as long as they like below this.
CLOSE = 0.25


class NashMTL(Aggregator):
    r"""The agreement of a bargain in which every task wants the update along its own gradient (Navon et al. 2022,
    arXiv:2202.01017, algorithm 1).

    .. math:: g = \sum_t \alpha_t g_t, \qquad G\, \alpha = \frac1\alpha, \quad \alpha > 0,
              \qquad g \leftarrow g \min\Big(1, \frac{m}{\lVert g \rVert}\Big)

    from ``gradients [tasks, parameters]`` to ``[parameters]``, with the Gramian :math:`G` and the largest length
    :math:`m` (``max_norm``; 0: none). No loss rises along it. How long the gradients are does not matter: :math:`g`
    is :math:`\sqrt T` long before it is cut, so that a learning rate counts otherwise than with ``sum``. Tasks that
    are absent, or have no gradient, take no part; where gradients are opposed there is next to no update.

    The authors, and TorchJD after them, approach the solution by a sequence of convex programs, from the solution of
    the step before, with a general solver under the GPL; on gradients that conflict it often stops elsewhere. Here
    it is found to the last digits, anew at each step: :math:`\beta_t = \alpha_t \lVert g_t \rVert` is where the
    convex function :math:`\tfrac12 \beta^\top C \beta - \sum_t \log \beta_t` has its minimum, with the cosines
    :math:`C`, and damped Newton steps end there from anywhere.
    """

    def __init__(self, parameters: NashMTLParameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        self.max_norm = parameters.max_norm

    def aggregate(self, gradients: Tensor, context: StepContext) -> Tensor:
        check_finite(gradients, context)
        units = nn.functional.normalize(gradients[gradients.any(1)], dim=1)
        if not len(units):
            return torch.zeros_like(gradients[0])
        agreed = bargain(units @ units.T).to(units) @ units
        length = float(agreed.norm())
        return agreed * (self.max_norm / length) if 0 < self.max_norm < length else agreed


def bargain(cosines: Tensor) -> Tensor:
    r"""Return :math:`\beta > 0`, ``[tasks]`` float64, with :math:`C \beta = 1 / \beta` for ``cosines [tasks, tasks]``.

    A little is added to their diagonal, as much as they may be off: opposed gradients would have no solution.
    """
    n, off = len(cosines), 10 * torch.finfo(cosines.dtype).eps
    matrix = cosines.detach().cpu().double().numpy() + n * off * np.eye(n)
    shares = np.full(n, n**-0.5)
    for _ in range(MOST_STEPS):
        slope = matrix @ shares - 1 / shares
        step = np.linalg.solve(matrix + np.diag(shares**-2.0), slope)
        length = max(float(slope @ step), 0.0) ** 0.5
        shares = shares - (step if length < CLOSE else step / (1 + length))
        if length < PRECISION:
            break
    return torch.from_numpy(shares)
