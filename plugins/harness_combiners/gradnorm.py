"""Gradient normalization."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from harness.api import Scalarizer, StepContext
from harness_combiners.adapters import check_finite
from harness_combiners.parameters_losses import GradNormParameters


class GradNorm(Scalarizer):
    r"""Weights learned so that the tasks' weighted gradients are about equally long, and longer for tasks that learn
    slowly (Chen et al. 2018, arXiv:1711.02257, algorithm 1).

    .. math:: \mathcal L = \sum_t w_t \ell_t, \qquad w = T\, \mathrm{softmax}(s), \qquad
              \mathcal L_{grad}(s) = \sum_t \big| w_t n_t - \overline{w n}\; r_t^{\alpha} \big|, \qquad
              r_t = \frac{\ell_t / \ell_t(0)}{\tfrac1T \sum_i \ell_i / \ell_i(0)}

    with :math:`n_t = \lVert \nabla_W \ell_t \rVert`, their mean :math:`\overline{w n}`, and the targets held
    constant. The gradient of :math:`\mathcal L_{grad}` moves the scales :math:`s` in the same update that moves the
    network by :math:`\nabla \mathcal L`, which weighs heads as well. ``losses [tasks]`` and ``gradients [tasks,
    parameters]`` are used; an absent task's scale stays, and :math:`T` counts the present tasks.

    :math:`W` is what all shared parameters are (``layer: all``, as LibMTL has it), or the last shared layer
    (``last``, as the paper has it to save time): the last shared tensor with two or more dimensions, in the order of
    the network's modules, and the shared parameters after it.

    Chosen here: the paper keeps :math:`\sum_t w_t = T` by dividing after each update; a softmax does so by itself
    and keeps weights positive (as in LibMTL). Its weights have an optimizer of their own; here the scales join the
    network's. :math:`\ell_t(0)` is the loss of the first step that has the task.
    """

    initial: Tensor

    def __init__(self, parameters: GradNormParameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        self.alpha, self.layer = parameters.alpha, parameters.layer
        self.scales = nn.ParameterList(nn.Parameter(torch.zeros(())) for _ in tasks)
        self.register_buffer("initial", torch.full((len(tasks),), math.nan))

    def step(self, context: StepContext) -> None:
        losses, gradients = context.losses(), context.gradients()
        check_finite(gradients, context)
        scales = [scale for scale, here in zip(self.scales, context.present.tolist(), strict=True) if here]
        weights = len(scales) * torch.softmax(torch.stack(scales), dim=0)
        norms = gradients[context.present, start_of(self.layer, context.shapes) :].norm(dim=1)
        gap = self.gap(weights * norms, self.rates(losses.detach(), context))
        slopes = torch.autograd.grad(gap, scales)
        context.backward((weights.detach() * losses[context.present]).sum())
        for scale, slope in zip(scales, slopes, strict=True):
            scale.grad = slope
        context.update()

    def rates(self, losses: Tensor, context: StepContext) -> Tensor:
        """Return the present tasks' relative inverse training rates, ``[present]``, and keep first losses."""
        tiny = torch.finfo(losses.dtype).tiny
        unknown = torch.isnan(self.initial) & context.present
        self.initial = torch.where(unknown, losses.to(self.initial), self.initial)
        ratios = losses[context.present] / self.initial.to(losses)[context.present].clamp(min=tiny)
        return ratios / ratios.mean().clamp(min=tiny)

    def gap(self, lengths: Tensor, rates: Tensor) -> Tensor:
        """Return how far the weighted gradients' ``lengths [present]`` are from what they should be."""
        targets = (lengths.mean() * rates**self.alpha).detach()
        return (lengths - targets).abs().sum()


def start_of(layer: str, shapes: tuple[torch.Size, ...]) -> int:
    """Return the column of the gradients from which on a layer's parameters are: 0, or that of the last tensor with
    two or more dimensions.
    """
    matrices = [index for index, shape in enumerate(shapes) if len(shape) > 1]
    if layer == "all" or not matrices:
        return 0
    return sum(shape.numel() for shape in shapes[: matrices[-1]])
