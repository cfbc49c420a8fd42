"""Smooth Tchebycheff scalarization."""

from __future__ import annotations

from torchjd import scalarization

from harness_combiners.adapters import TorchJDScalarizer
from harness_combiners.parameters import STCHParameters


class STCH(TorchJDScalarizer):
    r"""A smooth maximum of the losses (Lin et al. 2024, arXiv:2402.19078).

    .. math:: \mathcal L = \mu \log \sum_{t=1}^{T} \exp\Big(\frac{\ell_t}{T \mu}\Big)

    over the :math:`T` tasks that are present, with equal preferences :math:`1 / T` and the ideal point 0. The
    worst task gets most of the update: its share is :math:`\mathrm{softmax}(\ell / (T \mu))`. A small ``mu``
    comes near the maximum, a large one near the mean. The paper tries 0.01, 0.1, 0.5 and 1 and finds none
    that is best everywhere: tune it. All weights together are :math:`1 / T`, so that a learning rate counts
    less than with ``sum``.
    """

    def __init__(self, parameters: STCHParameters, tasks: tuple[str, ...]) -> None:
        super().__init__(scalarization.STCH(parameters.mu))
