"""Independent component alignment."""

from __future__ import annotations

from torchjd import aggregation

from harness_combiners.adapters import TorchJDAggregator
from harness_combiners.parameters import AlignedMTLParameters


class AlignedMTL(TorchJDAggregator):
    r"""The mean of the gradients after their principal components are made equally long (Senushkin et al.
    2023, arXiv:2305.19000, algorithm 1).

    .. math:: G = V \Lambda V^\top, \qquad
              \alpha = \sqrt{\lambda_R}\; V \Lambda^{-1/2} V^\top \tfrac1T \mathbf 1, \qquad
              g = \sum_t \alpha_t g_t

    with the Gramian :math:`G`, its :math:`R` positive eigenvalues, and :math:`\lambda_R` the smallest of them
    (``scale: min``), their median, or their mean (``rmse``, as the authors' code has it). No component
    dominates and none opposes another, so that the update is stable; with ``min`` it is short where gradients
    are nearly dependent. It is a mean: a learning rate counts less than with ``sum``.
    """

    def __init__(self, parameters: AlignedMTLParameters, tasks: tuple[str, ...]) -> None:
        super().__init__(aggregation.AlignedMTL(scale_mode=parameters.scale))
