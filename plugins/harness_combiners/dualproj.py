"""The projected mean gradient."""

from __future__ import annotations

from torchjd import aggregation

from harness_combiners.adapters import TorchJDAggregator
from harness_combiners.parameters_gradients import ProjectionParameters
from harness_combiners.solvers import projector


class DualProj(TorchJDAggregator):
    r"""The mean gradient, projected to where it conflicts with no task (Lopez-Paz and Ranzato 2017, Gradient Episodic
    Memory, arXiv:1706.08840, eq. 11).

    .. math:: g = \arg\min_{d} \Big\lVert d - \frac1T \sum_t g_t \Big\rVert
              \quad\text{with } d \cdot g_i \ge 0 \text{ for all } i

    from ``gradients [tasks, parameters]`` of the present tasks to ``[parameters]``. ``upgrad`` projects each gradient,
    and then takes the mean. It is a mean: a learning rate counts less than with ``sum``.

    Solved by quadprog, which is under the GPL: it needs the extra ``gpl``; see ``upgrad`` for its precision.
    """

    def __init__(self, parameters: ProjectionParameters, tasks: tuple[str, ...]) -> None:
        super().__init__(aggregation.DualProj(projector=projector("dualproj", parameters.regularisation)))
