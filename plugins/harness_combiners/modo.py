"""Multi-objective gradient with double sampling."""

from __future__ import annotations

import torch
from torch import Tensor

from harness.api import Aggregator, StepContext, present_only
from harness_combiners.adapters import check_finite
from harness_combiners.halves import product_of_halves
from harness_combiners.parameters_gradients import MoDoParameters
from harness_combiners.simplex import onto_simplex, present_shares, with_present


class MoDo(Aggregator):
    r"""Weights that come nearer to ``mgda``'s by a small step at a time, from gradients of independent samples (Chen
    et al. 2024, Three-Way Trade-Off in Multi-Objective Learning, JMLR 25, eq. 2.9).

    .. math:: \lambda \leftarrow \Pi\big(\lambda - \gamma\, (J_1 J_2^\top \lambda + \rho\, \lambda)\big), \qquad
              g = \sum_t \lambda_t\, g_t, \qquad g_t = \tfrac12 (J_1 + J_2)_t

    with the projection :math:`\Pi` onto the simplex, and :math:`J_1, J_2`, ``[tasks, parameters]``: the gradients of
    two independent batches, whose product estimates the mean gradients' Gramian without bias. Here they are the two
    halves of the step's batch, which are independent draws: a step sees as many samples as with other combiners.
    Batch normalisation and the one forward pass couple them, which the paper does not have.

    :math:`\lambda` starts equal; it is in the state, and an absent task keeps its share. The weights sum to 1, so
    that a learning rate counts less than with ``sum``; :math:`\gamma` is in the inverse squared units of gradients.
    TorchJD's ``MoDoWeighting`` forgets its weights when the number of tasks changes and cannot load a saved state,
    so that its formulas are computed here.
    """

    weights: Tensor

    def __init__(self, parameters: MoDoParameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        self.gamma, self.rho = parameters.gamma, parameters.rho
        self.register_buffer("weights", torch.full((len(tasks),), 1 / len(tasks)))

    def aggregate(self, gradients: Tensor, context: StepContext) -> Tensor:
        check_finite(gradients, context)
        product = product_of_halves(context)
        shares = present_shares(self.weights.to(product), context)
        slope = product @ shares + self.rho * shares
        shares = onto_simplex(shares - self.gamma * slope)
        self.weights = with_present(self.weights, shares.to(self.weights), context)
        return shares @ present_only(gradients, context)
