"""Mixup: samples and labels mixed by the same weight."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from harness.api import Mixed
from harness_audio.augmentations.parameters import MixupParameters


class Mixup:
    r"""Mix every sample of a batch with another one of it (Zhang et al. 2018, arXiv:1710.09412, eq. 1).

    .. math:: \tilde x_i = \lambda_i x_i + (1 - \lambda_i) x_{\pi(i)}, \qquad
              \tilde y_i = \lambda_i y_i + (1 - \lambda_i) y_{\pi(i)}

    with a random permutation :math:`\pi` and :math:`\lambda_i \sim \mathrm{Beta}(\alpha, \alpha)`, drawn for each
    sample. A weight below one half is exchanged for one minus it, so that a sample keeps the larger part of itself:
    the pair of samples is the same, and metrics on training batches mean something.
    """

    def __init__(self, parameters: MixupParameters) -> None:
        self.alpha = parameters.alpha

    def __call__(self, features: Tensor, generator: Generator) -> Mixed:
        """Return ``features [batch, channels, bins, frames]`` mixed, with the partners and the weights."""
        batch, device = len(features), features.device
        partner = torch.randperm(batch, generator=generator, device=generator.device).to(device)
        weight = _beta(self.alpha, batch, generator).to(device)
        scale = weight[:, None, None, None]
        return Mixed(features * scale + features[partner] * (1 - scale), partner, weight)


def _beta(alpha: float, n: int, generator: Generator) -> Tensor:
    """Draw the larger of ``b`` and ``1 − b``, ``b`` from Beta(alpha, alpha): ``[n]`` float32.

    Of two gamma variates; torch's own Beta takes no generator.
    """
    parameters = torch.full((2, n), alpha, dtype=torch.float64, device=generator.device)
    first, second = torch._standard_gamma(parameters, generator=generator)
    share = first / (first + second).clamp(min=torch.finfo(torch.float64).tiny)
    return torch.maximum(share, 1 - share).float()
