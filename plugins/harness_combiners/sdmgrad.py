"""Stochastic direction-oriented multi-objective gradient descent."""

from __future__ import annotations

import torch
from torch import Tensor

from harness.api import Aggregator, StepContext, present_only
from harness_combiners.adapters import check_finite
from harness_combiners.halves import product_of_halves
from harness_combiners.parameters_gradients import SDMGradParameters
from harness_combiners.simplex import onto_simplex, present_shares, with_present

#: Added to the squared scale of the gradients (as in TorchJD and in the authors' code).
EPSILON = 1e-8


class SDMGrad(Aggregator):
    r"""Between ``mgda`` and the mean gradient, from gradients of independent samples (Xiao, Ban and Ji 2023,
    arXiv:2305.18409, algorithm 1).

    .. math:: w \approx \arg\min_{w \ge 0,\ \sum_t w_t = 1}
              \tfrac12\, \Big\lVert \sum_t (w_t + \lambda\, \tfrac1T)\, g_t \Big\rVert^2, \qquad
              g = \frac{1}{1 + \lambda} \sum_t \big(w_t + \lambda\, \tfrac1T\big)\, g_t

    The minimum is approached by ``iterations`` steps of projected gradient descent with momentum, from the step
    before; their slope is :math:`A (w + \lambda \tfrac1T)` with :math:`A = J_1 J_2^\top / s^2`, the product of the
    gradients ``[tasks, parameters]`` of two independent batches, and :math:`s` the mean of the roots of its diagonal
    (where that is positive). With :math:`\lambda` large it is the mean gradient.

    The paper draws three batches. Here :math:`J_1, J_2` come from the two halves of the step's batch (see ``modo``),
    and :math:`g_t` from the whole of it, so that the last independence is given up: a step sees as many samples as
    with other combiners. :math:`w` starts equal; it is in the state, and an absent task keeps its share. The weights
    sum to 1, so that a learning rate counts less than with ``sum``.

    TorchJD's ``SDMGradWeighting`` forgets its weights when the number of tasks changes and cannot load a saved state,
    so that its formulas are computed here.
    """

    weights: Tensor

    def __init__(self, parameters: SDMGradParameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        self.settings = parameters
        self.register_buffer("weights", torch.full((len(tasks),), 1 / len(tasks)))

    def aggregate(self, gradients: Tensor, context: StepContext) -> Tensor:
        check_finite(gradients, context)
        product = product_of_halves(context)
        shares = self.solved(product, present_shares(self.weights.to(product), context))
        self.weights = with_present(self.weights, shares.to(self.weights), context)
        pull = self.settings.pull
        return ((shares + pull / len(shares)) / (1 + pull)) @ present_only(gradients, context)

    def solved(self, product: Tensor, shares: Tensor) -> Tensor:
        """Return the weights ``[present]`` that the inner descent comes to from ``shares``."""
        settings = self.settings
        scale = product.diagonal().clamp(min=0).sqrt().mean()
        scaled, velocity = product / (scale.square() + EPSILON), torch.zeros_like(shares)
        for _ in range(settings.iterations):
            velocity = settings.momentum * velocity + scaled @ (shares + settings.pull / len(shares))
            shares = onto_simplex(shares - settings.lr * velocity)
        return shares
