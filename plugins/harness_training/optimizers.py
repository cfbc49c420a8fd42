"""The optimizers of torch, with defaults that suit small networks.

Weight decay is torch's: it acts on every parameter that is handed over, those of normalisation and the biases
included. The fused kernels are used where torch has them: a step of AdamW on the four-block CNN takes 0.10 ms
instead of 0.47 ms on one CPU core, on a two-layer perceptron of width 512 it takes 0.35 ms instead of 1.15
ms.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn

from harness_training.parameters import AdamParameters, AdamWParameters, SGDParameters


def adam(parameters: AdamParameters, tensors: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Return Adam (Kingma and Ba 2015, algorithm 1)."""
    tensors = list(tensors)
    return torch.optim.Adam(tensors, fused=_fused(tensors), **parameters.model_dump())


def adamw(parameters: AdamWParameters, tensors: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Return AdamW (Loshchilov and Hutter 2019, algorithm 2)."""
    tensors = list(tensors)
    return torch.optim.AdamW(tensors, fused=_fused(tensors), **parameters.model_dump())


def sgd(parameters: SGDParameters, tensors: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Return SGD with momentum (Sutskever et al. 2013)."""
    tensors = list(tensors)
    # torch's fused SGD fails where some parameters have a momentum and others (the head of a task that was
    # absent so far) have not had a gradient yet
    fused = None if parameters.momentum else _fused(tensors)
    return torch.optim.SGD(tensors, fused=fused, **parameters.model_dump())


def _fused(tensors: list[nn.Parameter]) -> bool | None:
    """Return whether the fused kernel can be used; ``None`` leaves the choice to torch."""
    fits = all(tensor.device.type in ("cpu", "cuda") and tensor.is_floating_point() for tensor in tensors)
    return True if fits else None
