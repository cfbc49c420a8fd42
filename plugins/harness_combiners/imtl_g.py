"""Impartial multi-task learning by gradient balance."""

from __future__ import annotations

from torchjd import aggregation

from harness.api import Parameters
from harness_combiners.adapters import TorchJDAggregator


class IMTLG(TorchJDAggregator):
    r"""The combination that has equal projections onto all gradients' directions (Liu et al. 2021, Towards
    Impartial Multi-task Learning, ICLR, openreview IMPnRXEWpvr, IMTL-G).

    .. math:: g = \sum_t \alpha_t g_t, \qquad g \cdot \frac{g_i}{\lVert g_i \rVert} = g \cdot
              \frac{g_j}{\lVert g_j \rVert}, \qquad \sum_t \alpha_t = 1

    TorchJD's general form (Quinton and Rey 2024, arXiv:2406.16232) serves linearly dependent gradients too:
    :math:`\alpha \propto G^{+} d` with the Gramian :math:`G` and the norms :math:`d`; where the entries of
    :math:`G^{+} d` sum to 0 there is no update. Weights may be negative, and a task may lose. They sum to 1,
    so that a learning rate counts less than with ``sum``.
    """

    def __init__(self, parameters: Parameters, tasks: tuple[str, ...]) -> None:
        super().__init__(aggregation.IMTLG())
