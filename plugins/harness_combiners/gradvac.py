"""Gradient vaccine."""

from __future__ import annotations

import torch
from torch import Tensor

from harness.api import Aggregator, StepContext
from harness_combiners.adapters import Drawing, check_finite
from harness_combiners.parameters import GradVacParameters
from harness_combiners.stacked.orders import permuted_others, visiting_orders
from harness_combiners.stacked.surgery import vaccinated


class GradVac(Drawing, Aggregator):
    r"""Gradients are turned towards each other where they agree less than they used to (Wang et al. 2021,
    Gradient Vaccine, arXiv:2010.05874).

    For every task :math:`i` and all others :math:`j` in random order, with the cosine :math:`\phi_{ij}`
    between the turned :math:`g_i` and :math:`g_j`, and the aim :math:`\hat\phi_{ij}`:

    .. math:: g_i \leftarrow g_i + \frac{\lVert g_i \rVert \big(\hat\phi_{ij} \sqrt{1 - \phi_{ij}^2} -
              \phi_{ij} \sqrt{1 - \hat\phi_{ij}^2}\big)}{\lVert g_j \rVert \sqrt{1 - \hat\phi_{ij}^2}}\, g_j
              \quad\text{where } \phi_{ij} < \hat\phi_{ij}, \qquad
              \hat\phi_{ij} \leftarrow (1 - \beta)\, \hat\phi_{ij} + \beta\, \phi_{ij}

    and :math:`g = \sum_i g_i`. The aims start at 0, where it is PCGrad, and follow the cosines that are seen:
    two tasks that mostly agree are drawn together even where they do not conflict.

    TorchJD's ``GradVac`` keeps the aims where ``state_dict()`` does not reach them, forgets them when the
    number of tasks changes, and draws from torch's global generator. So its formulas are computed here, with
    the aims as a buffer (those of absent tasks stay) and draws seeded by run and step.
    """

    name = "gradvac"
    aims: Tensor

    def __init__(self, parameters: GradVacParameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        self.register_buffer("aims", torch.zeros(len(tasks), len(tasks)))
        self.beta = parameters.beta

    def aggregate(self, gradients: Tensor, context: StepContext) -> Tensor:
        check_finite(gradients, context)
        orders = visiting_orders(context.present.tolist(), permuted_others, self.generator(context.step))
        gramian = (gradients @ gradients.T).unsqueeze(0)
        beta = torch.full((1,), self.beta, dtype=gramian.dtype, device=gramian.device)
        at = torch.tensor([orders], device=gramian.device)
        weights, aims = vaccinated(gramian, self.aims.to(gramian).unsqueeze(0), beta, at)
        self.aims.copy_(aims[0])
        return torch.where(context.present, weights[0], torch.zeros_like(weights[0])) @ gradients
