"""Penalty-based boundary intersection."""

from __future__ import annotations

from torch import Tensor
from torchjd import scalarization

from harness.api import Scalarizer, StepContext, present_only
from harness_combiners.parameters_losses import PBIParameters
from harness_combiners.preferences import Preferring


class PBI(Preferring, Scalarizer):
    r"""How far the losses are along the direction of the preferences, and a penalty on how far off it (Zhang and Li
    2007, MOEA/D, doi:10.1109/TEVC.2007.892759).

    .. math:: \mathcal L = d_1 + \theta\, d_2, \qquad d_1 = \ell \cdot \frac{r}{\lVert r \rVert}, \qquad
              d_2 = \Big\lVert \ell - d_1 \frac{r}{\lVert r \rVert} \Big\rVert

    over the present tasks, ``losses [tasks]`` to a scalar, with the ideal point 0. With equal preferences the worst
    task gets most of the update, and with :math:`\theta > 0` a task whose loss is far below the others' is pushed
    up. The preferences are fixed in the study file, or drawn (see ``cosmos``).
    """

    name = "pbi"

    def __init__(self, parameters: PBIParameters, tasks: tuple[str, ...]) -> None:
        super().__init__(parameters, tasks)
        self.theta = parameters.theta

    def scalarize(self, losses: Tensor, context: StepContext) -> Tensor:
        method = scalarization.PBI(self.theta, self.preference(losses, context))
        loss: Tensor = method(present_only(losses, context))
        return loss
