"""COSMOS's scalarization."""

from __future__ import annotations

from torch import Tensor
from torchjd import scalarization

from harness.api import Scalarizer, StepContext, present_only
from harness_combiners.parameters_losses import COSMOSParameters
from harness_combiners.preferences import Preferring


class COSMOS(Preferring, Scalarizer):
    r"""The losses weighted by preferences, less a reward for losses in their ratio (Ruchte and Grabocka 2021,
    arXiv:2103.13392).

    .. math:: \mathcal L = \sum_t r_t \ell_t - \lambda\, \frac{\sum_t r_t \ell_t}{\lVert r \rVert \lVert \ell \rVert}

    over the present tasks, ``losses [tasks]`` to a scalar, with :math:`\sum_t r_t = 1`: a learning rate counts less
    than with ``sum``. :math:`\lambda` is in the units of the losses; the paper uses 0.01 to 8, here it is 1 unless
    a study says otherwise.

    **What is not here.** The paper trains one network for *all* preferences: it draws :math:`r` from a Dirichlet
    distribution for each batch and gives it to the network as an input. A combiner sees losses alone and the
    networks take no preferences, so that this is the scalarization without the conditioning: one network, for the
    fixed preferences of the study file (equal ones by default). ``draws: dirichlet`` draws them as the paper does,
    but a network that is not told them can only learn their mean: it is ``rlw`` with another distribution and the
    reward.
    """

    name = "cosmos"

    def __init__(self, parameters: COSMOSParameters, tasks: tuple[str, ...]) -> None:
        super().__init__(parameters, tasks)
        self.penalty = parameters.penalty

    def scalarize(self, losses: Tensor, context: StepContext) -> Tensor:
        method = scalarization.COSMOS(self.penalty, self.preference(losses, context))
        loss: Tensor = method(present_only(losses, context))
        return loss
