"""Fast adaptive multitask optimization."""

from __future__ import annotations

import torch
from torch import Tensor

from harness.api import Scalarizer, StepContext, present_only
from harness_combiners.parameters_losses import FAMOParameters

#: Added to losses, so that they have a logarithm (as in TorchJD and in the authors' code).
EPSILON = 1e-8
#: Adam's decays and the number added to its divisor.
BETAS, TINY = (0.9, 0.999), 1e-8


class FAMO(Scalarizer):
    r"""Weights that make all losses fall at about the same relative rate, learned from the losses before and after
    each update alone (Liu, Feng, Stone and Liu 2023, arXiv:2306.03792, algorithm 2).

    .. math:: \mathcal L = c \sum_t z_t \log(\ell_t + \epsilon), \qquad z = \mathrm{softmax}(w), \qquad
              c = \Big(\sum_t \frac{z_t}{\ell_t + \epsilon}\Big)^{-1}

    with :math:`c` held constant, so that the update is a convex combination of the tasks' gradients. Then, with the
    losses of the same batch after the update,

    .. math:: \delta_t = \log(\ell_t + \epsilon) - \log(\ell_t^{\text{after}} + \epsilon), \qquad
              w \leftarrow \mathrm{Adam}\big(w,\ z \odot (\delta - z \cdot \delta) + \gamma\, w\big)

    ``losses [tasks]`` to a scalar; :math:`w` and Adam's averages are ``[tasks]`` each. A task that is absent from a
    step keeps all of its own, and the softmax is over the present ones. Losses must not be negative.

    TorchJD's ``FAMO`` keeps its optimizer outside of ``state_dict()``, offers :math:`w` as a parameter to the
    network's optimizer, and knows no absent tasks. So its formulas are computed here, with :math:`w` and Adam's
    state as buffers. Each step has a second forward pass, without gradient.
    """

    logits: Tensor
    mean: Tensor
    square: Tensor
    steps: Tensor

    def __init__(self, parameters: FAMOParameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        self.lr, self.decay = parameters.lr, parameters.weight_decay
        for name in ("logits", "mean", "square", "steps"):
            self.register_buffer(name, torch.zeros(len(tasks)))

    def step(self, context: StepContext) -> None:
        losses = context.losses()
        before = losses.detach().clone()
        context.backward(self.scalarize(losses, context))
        context.update()
        self.learn(before, context.losses_after(), context)

    def scalarize(self, losses: Tensor, context: StepContext) -> Tensor:
        shifted = present_only(losses, context) + EPSILON
        weights = torch.softmax(present_only(self.logits, context), dim=0).to(losses)
        constant = 1 / (weights / shifted.detach()).sum()
        return (constant * weights * torch.log(shifted)).sum()

    def learn(self, before: Tensor, after: Tensor, context: StepContext) -> None:
        """Let Adam move the present tasks' logits by how much each loss, ``[tasks]``, fell."""
        here = context.present
        fell = torch.log(before[here] + EPSILON) - torch.log(after[here] + EPSILON)
        weights = torch.softmax(self.logits[here], dim=0)
        slope = weights * (fell - weights @ fell) + self.decay * self.logits[here]
        self.steps[here] += 1
        self.mean[here] = BETAS[0] * self.mean[here] + (1 - BETAS[0]) * slope
        self.square[here] = BETAS[1] * self.square[here] + (1 - BETAS[1]) * slope.square()
        mean = self.mean[here] / (1 - BETAS[0] ** self.steps[here])
        square = self.square[here] / (1 - BETAS[1] ** self.steps[here])
        self.logits[here] -= self.lr * mean / (square.sqrt() + TINY)
