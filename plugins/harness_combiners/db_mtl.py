"""Dual-balancing multi-task learning."""

from __future__ import annotations

import torch
from torch import Tensor

from harness.api import Combiner, StepContext, present_only
from harness_combiners.adapters import check_finite
from harness_combiners.parameters_gradients import DBMTLParameters
from harness_combiners.sized import Sized

#: Added to losses before the logarithm, and to lengths before they divide.
EPSILON = 1e-8


class DBMTL(Sized, Combiner):
    r"""The logarithms of the losses, and averaged gradients made equally long (Lin et al. 2023, Dual-Balancing for
    Multi-Task Learning, arXiv:2308.12029).

    .. math:: \hat g_t \leftarrow g_t + \frac{\beta}{k_t^{\sigma}} (\hat g_t - g_t), \qquad
              g_t = \nabla \log(\ell_t + \epsilon), \qquad
              g = \max_i \lVert \hat g_i \rVert \sum_t \frac{\hat g_t}{\lVert \hat g_t \rVert + \epsilon}

    where :math:`k_t` counts the steps with the task. The averages start at 0: at a task's first step
    :math:`\hat g_t = (1 - \beta) g_t`. ``gradients [tasks, parameters]`` of the shared parameters become one vector
    ``[parameters]``; parameters of one task alone follow the logarithm of its loss. A loss times a constant changes
    nothing. A task that is absent keeps its average and adds nothing.

    TorchJD has no DB-MTL. The defaults of :math:`\beta` and :math:`\sigma` are chosen here.
    """

    sized = ("averages",)
    averages: Tensor
    steps: Tensor

    def __init__(self, parameters: DBMTLParameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        self.beta, self.sigma = parameters.beta, parameters.sigma
        self.register_buffer("steps", torch.zeros(len(tasks)))

    def step(self, context: StepContext) -> None:
        losses, gradients = context.losses(), context.gradients()
        check_finite(gradients, context)
        context.backward(torch.log(present_only(losses, context) + EPSILON).sum())
        if gradients.shape[1]:
            logarithmic = gradients / (losses.detach() + EPSILON).unsqueeze(1)
            context.set_gradient(self.balanced(logarithmic, context))
        context.update()

    def balanced(self, gradients: Tensor, context: StepContext) -> Tensor:
        """Return one vector, ``[parameters]``, from the gradients of the logarithms, ``[tasks, parameters]``."""
        here = context.present
        self.sized_as(gradients)
        self.steps[here] += 1
        share = (self.beta / self.steps[here] ** self.sigma).to(gradients).unsqueeze(1)
        own = gradients[here] + share * (self.averages[here] - gradients[here])
        self.averages[here] = own
        lengths = own.norm(dim=1)
        return (lengths.max() / (lengths + EPSILON)) @ own
