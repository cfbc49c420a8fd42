"""The sum of the losses."""

from __future__ import annotations

from torchjd import scalarization

from harness.api import Parameters
from harness_combiners.adapters import TorchJDScalarizer


class Sum(TorchJDScalarizer):
    r""":math:`\mathcal L = \sum_t \ell_t` (Caruana 1997): the baseline of every other combiner."""

    def __init__(self, parameters: Parameters, tasks: tuple[str, ...]) -> None:
        super().__init__(scalarization.Sum())
