"""Unconflicting projection of gradients."""

from __future__ import annotations

from torchjd import aggregation

from harness_combiners.adapters import TorchJDAggregator
from harness_combiners.parameters_gradients import ProjectionParameters
from harness_combiners.solvers import projector


class UPGrad(TorchJDAggregator):
    r"""The mean of the gradients, each projected to where it conflicts with no task (Quinton and Rey 2024,
    arXiv:2406.16232, section on UPGrad).

    .. math:: g = \frac1T \sum_t \pi(g_t), \qquad
              \pi(g_t) = \arg\min_{d} \lVert d - g_t \rVert \quad\text{with } d \cdot g_i \ge 0 \text{ for all } i

    from ``gradients [tasks, parameters]`` of the present tasks to ``[parameters]``. Where no two tasks conflict it is
    the mean gradient, so that a learning rate counts less than with ``sum``.

    Solved by quadprog, which is under the GPL: it needs the extra ``gpl``. TorchJD adds 1e-4 of its trace to the
    Gramian's diagonal, so that a task whose gradient is a hundredth of another's, or less, may still be worked
    against. A smaller ``regularisation`` keeps the promise, and may leave a Gramian that is not positive.
    """

    def __init__(self, parameters: ProjectionParameters, tasks: tuple[str, ...]) -> None:
        super().__init__(aggregation.UPGrad(projector=projector("upgrad", parameters.regularisation)))
