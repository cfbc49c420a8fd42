"""Unconflicting projection of gradients."""

from __future__ import annotations

from torchjd import aggregation

from harness.api import Parameters
from harness_combiners.adapters import TorchJDAggregator
from harness_combiners.solvers import with_solver


class UPGrad(TorchJDAggregator):
    r"""The mean of the gradients, each projected to where it conflicts with no task (Quinton and Rey 2024,
    arXiv:2406.16232, section on UPGrad).

    .. math:: g = \frac1T \sum_t \pi(g_t), \qquad
              \pi(g_t) = \arg\min_{d} \lVert d - g_t \rVert \quad\text{with } d \cdot g_i \ge 0 \text{ for all } i

    from ``gradients [tasks, parameters]`` of the present tasks to ``[parameters]``. Where no two tasks conflict it is
    the mean gradient, so that a learning rate counts less than with ``sum``.

    Solved by quadprog, which is under the GPL: it needs the extra ``gpl``. TorchJD adds 1e-4 of its trace to the
    Gramian's diagonal, so that a projection may conflict by about as much.
    """

    def __init__(self, parameters: Parameters, tasks: tuple[str, ...]) -> None:
        super().__init__(with_solver("upgrad", aggregation.UPGrad))
