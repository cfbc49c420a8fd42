"""Excess risks."""

from __future__ import annotations

import torch
from torch import Tensor

from harness.api import Aggregator, StepContext
from harness_combiners.adapters import check_finite
from harness_combiners.parameters_gradients import ExcessMTLParameters
from harness_combiners.sized import Sized

#: Added under the root, and to the excess at the start (as in TorchJD and in the authors' code).
EPSILON = 1e-7


class ExcessMTL(Sized, Aggregator):
    r"""More weight for tasks that are further from their own optimum, which label noise does not move (He et al. 2024,
    Robust Multi-Task Learning with Excess Risks, ICML, PMLR 235, eq. 6, 7 and 9).

    .. math:: h_t \leftarrow h_t + g_t^2, \qquad
              e_t = \sum_p \frac{g_{tp}^2}{\sqrt{h_{tp} + \epsilon}}, \qquad
              w_t \propto w_t \exp\Big(\eta\, \frac{e_t}{e_t(0)}\Big), \qquad g = \sum_t w_t g_t

    from ``gradients [tasks, parameters]`` to ``[parameters]``; :math:`e_t` estimates a task's excess risk with a
    diagonal second derivative as AdaGrad has it, and :math:`e_t(0)` is its mean over the task's first
    ``warmup_steps``, in which it leaves the weights alone (the paper: three epochs; here one step unless a study says
    more). The weights sum to 1, so that a learning rate counts less than with ``sum``.

    An absent task keeps its weight: the exponents of a step are taken less their mean over the present tasks, which
    is the same where all are present. Only shared parameters are weighted; the authors' code weighs heads as well.

    TorchJD's ``ExcessMTL`` forgets its state when the number of tasks changes, and ``state_dict()`` cannot be loaded
    again. So its formulas are computed here. Without warm-up it uses the first step's excess undivided, which is a
    sum over all parameters and gives one task all the weight for good; that is not offered. It keeps one number for
    every task and shared parameter.
    """

    sized = ("squares",)
    squares: Tensor
    logits: Tensor
    baseline: Tensor
    steps: Tensor

    def __init__(self, parameters: ExcessMTLParameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        self.step_size, self.warmup = parameters.step_size, parameters.warmup_steps
        for name in ("logits", "baseline", "steps"):
            self.register_buffer(name, torch.zeros(len(tasks)))

    def aggregate(self, gradients: Tensor, context: StepContext) -> Tensor:
        check_finite(gradients, context)
        self.sized_as(gradients)
        self.squares += gradients.square()
        excess = (gradients.square() / (self.squares + EPSILON).sqrt()).sum(1)
        relative = self.relative(excess, context.present).to(self.logits)
        here = context.present
        self.logits[here] += self.step_size * (relative[here] - relative[here].mean())
        return torch.softmax(self.logits[here], dim=0).to(gradients) @ gradients[here]

    def relative(self, excess: Tensor, present: Tensor) -> Tensor:
        """Return ``excess [tasks]`` over what it was at the start; 1 for tasks that are at their start."""
        starting = present & (self.steps < self.warmup)
        self.baseline[starting] += (excess / self.warmup).to(self.baseline)[starting]
        self.steps[present] += 1
        return torch.where(starting, torch.ones_like(excess), excess / (self.baseline.to(excess) + EPSILON))
