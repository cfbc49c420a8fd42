"""Residual normalisation: a part of the input beside its frequency-wise normalised self."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ResidualNorm(nn.Module):
    r"""Add ``weight`` of the input to its frequency-wise instance normalisation.

    .. math:: y_{ncft} = \lambda\, x_{ncft} + \frac{x_{ncft} - \mu_{nf}}{\sqrt{\sigma^2_{nf} + \varepsilon}}

    with mean and (population) variance of a sample's bin over its channels and frames (Kim et al. 2021,
    arXiv:2111.06531, section on residual normalisation; :math:`\lambda = .4` in Ngo et al. 2023). Nothing is learned.
    """

    def __init__(self, weight: float = 0.4, eps: float = 1e-5) -> None:
        super().__init__()
        self.weight, self.eps = weight, eps

    def forward(self, x: Tensor) -> Tensor:
        """Return ``x [batch, channels, bins, frames]`` normalised, in the same shape."""
        var, mean = torch.var_mean(x, dim=(1, 3), keepdim=True, correction=0)
        return self.weight * x + (x - mean) * torch.rsqrt(var + self.eps)

    def extra_repr(self) -> str:
        return f"weight={self.weight}"
