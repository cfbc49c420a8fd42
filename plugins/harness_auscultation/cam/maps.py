"""Class activation maps, and Grad-CAM for networks that have none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from harness.api import TrainingError

#: Logits of a task, ``[rows, outputs]``, from features.
Logits = Callable[[Tensor], Tensor]


def method_of(model: nn.Module) -> str:
    """Return "cam" where the heads are linear in the mean of ``model.maps(x)``, else "grad_cam"."""
    return "cam" if callable(getattr(model, "maps", None)) else "grad_cam"


def activation_maps(model: nn.Module, logits_of: Logits, x: Tensor, task: str) -> tuple[Tensor, Tensor]:
    """Return where the class that the model decides for is seen, ``[rows, bins', frames']``, and the logits.

    ``logits_of(x)`` runs the model. The class is the largest logit's; for a single logit its sign decides, and the map
    of the negative class is that of the logit with its sign changed.

    Raises:
        TrainingError: the model has neither maps nor a convolution.
    """
    if method_of(model) == "grad_cam":
        return grad_cam(model, logits_of, x)
    with torch.no_grad():
        logits = logits_of(x)
        head: Any = model.task_modules()[task]["head"]  # type: ignore[operator]
        return cam(model.maps(x), head.weight, logits), logits  # type: ignore[operator]


def cam(maps: Tensor, weight: Tensor, logits: Tensor) -> Tensor:
    r"""Return class activation maps ``[rows, bins, frames]`` of ``maps [rows, channels, bins, frames]``.

    .. math:: M_c(f, t) = \sum_k w_{ck} A_k(f, t)

    Zhou et al. 2016, "Learning deep features for discriminative localization" (arXiv:1512.04150, section 2), for the
    class ``c`` that the ``logits [rows, outputs]`` decide for. ``weight [outputs, channels or more]`` is the head's;
    columns beyond the maps (a side vector) have no place in a map. With global average pooling the mean of the map is
    the logit without its bias.
    """
    chosen = weight[logits.argmax(dim=1)] * _sign(logits)[:, None]
    return torch.einsum("rk,rkft->rft", chosen[:, : maps.shape[1]], maps)


def grad_cam(model: nn.Module, logits_of: Logits, x: Tensor) -> tuple[Tensor, Tensor]:
    r"""Return Grad-CAM of the last convolution, ``[rows, bins', frames']``, and the logits ``[rows, outputs]``.

    .. math:: L_c = \mathrm{ReLU}\Big(\sum_k \alpha_k A_k\Big), \qquad
              \alpha_k = \frac{1}{Z} \sum_{f,t} \frac{\partial y_c}{\partial A_k(f, t)}

    Selvaraju et al. 2017, "Grad-CAM" (arXiv:1610.02391, eq. 1 and 2), for the class that the logits decide for.
    """
    convolutions = [module for module in model.modules() if isinstance(module, nn.Conv2d)]
    if not convolutions:
        raise TrainingError(
            f"{type(model).__name__} has no convolution, so that there are no maps to look at"
        )
    seen: list[Tensor] = []

    def keep(module: nn.Module, inputs: Any, output: Tensor) -> Tensor:
        seen.append(output)
        return output.clone()  # what follows may work in place

    handle = convolutions[-1].register_forward_hook(keep)
    try:
        with torch.enable_grad():
            logits = logits_of(x)
    finally:
        handle.remove()
    chosen = logits.gather(1, logits.argmax(dim=1, keepdim=True))[:, 0] * _sign(logits)
    (gradient,) = torch.autograd.grad(chosen.sum(), seen[-1])
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * seen[-1]).sum(dim=1).relu().detach(), logits.detach()


def _sign(logits: Tensor) -> Tensor:
    """Return −1 where a single logit decides for the negative class, else 1: ``[rows]``."""
    if logits.shape[1] > 1:
        return torch.ones_like(logits[:, 0])
    return torch.where(logits[:, 0] > 0, 1.0, -1.0)
