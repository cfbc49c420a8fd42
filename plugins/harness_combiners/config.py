"""Conflict-free inverse gradients."""

from __future__ import annotations

from torchjd import aggregation

from harness.api import Parameters
from harness_combiners.adapters import TorchJDAggregator


class ConFIG(TorchJDAggregator):
    r"""The update that has the same cosine, above 0, with all gradients (Liu, Chu and Thuerey 2024, arXiv:2408.11104,
    eq. 2).

    .. math:: g = \Big(\sum_t g_t \cdot u\Big)\, u, \qquad u = \frac{v}{\lVert v \rVert}, \qquad
              v = \hat U^{+} \mathbf 1

    from ``gradients [tasks, parameters]`` of the present tasks to ``[parameters]``, where the rows of
    :math:`\hat U` are the gradients made one long, and :math:`\hat U^{+}` is its pseudoinverse. It conflicts with no
    task where the gradients are linearly independent; where they are not, the cosines are equal as nearly as they
    can be. It is as long as a sum.
    """

    def __init__(self, parameters: Parameters, tasks: tuple[str, ...]) -> None:
        super().__init__(aggregation.ConFIG())
