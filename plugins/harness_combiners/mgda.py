"""Multiple-gradient descent."""

from __future__ import annotations

from torchjd import aggregation

from harness_combiners.adapters import TorchJDAggregator
from harness_combiners.parameters import MGDAParameters


class MGDA(TorchJDAggregator):
    r"""The shortest vector in the convex hull of the gradients (Désidéri 2012,
    doi:10.1016/j.crma.2012.03.014; Sener and Koltun 2018, arXiv:1810.04650, algorithm 2).

    .. math:: g = \sum_t \alpha_t g_t, \qquad
              \alpha = \arg\min_{\alpha \ge 0,\ \sum_t \alpha_t = 1} \Big\lVert \sum_t \alpha_t g_t \Big\rVert^2

    No task's loss rises along it, to first order; where it is zero no such direction exists. Tasks with small
    gradients decide, because the shortest vector lies near them. The weights sum to 1, so that a learning
    rate counts less than with ``sum``.

    Solved by Frank-Wolfe from equal weights, with an exact search along each step; two tasks need one step.
    """

    def __init__(self, parameters: MGDAParameters, tasks: tuple[str, ...]) -> None:
        super().__init__(aggregation.MGDA(parameters.epsilon, parameters.max_iters))
