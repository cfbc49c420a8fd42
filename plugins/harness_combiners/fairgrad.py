"""Fair resource allocation."""

from __future__ import annotations

from torchjd import aggregation

from harness_combiners.adapters import TorchJDAggregator
from harness_combiners.parameters_gradients import FairGradParameters


class FairGrad(TorchJDAggregator):
    r"""The update that shares the decrease of the losses by :math:`\alpha`-fairness (Ban and Ji 2024, arXiv:2402.15638,
    eq. 4 and algorithm 1).

    .. math:: g = \sum_t w_t g_t, \qquad G\, w = w^{-1/\alpha}, \quad w \ge 0

    from ``gradients [tasks, parameters]`` of the present tasks to ``[parameters]``, with the Gramian :math:`G`.
    ``alpha`` 0 is the mean gradient, 1 the proportional fairness of Nash-MTL, and a large one helps the worst-off
    task most. The weights are not normalised: with ``alpha`` 1 the update does not depend on how long the gradients
    are, so that a learning rate counts otherwise than with ``sum``. Solved by SciPy's nonlinear least squares, anew
    at every step.
    """

    def __init__(self, parameters: FairGradParameters, tasks: tuple[str, ...]) -> None:
        super().__init__(aggregation.FairGrad(parameters.alpha, parameters.max_iters))
