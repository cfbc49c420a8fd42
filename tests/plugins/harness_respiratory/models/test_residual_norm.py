"""Residual normalisation, against a case done by hand and against torch's instance normalisation."""

from __future__ import annotations

import torch
from torch.nn import functional

from harness_respiratory.models.residual_norm import ResidualNorm


def test_by_hand():
    """Two channels, two bins, two frames. Bin 0 holds 1, 3, 5, 7 (mean 4, variance 5), bin 1 holds 2 everywhere."""
    x = torch.tensor([[[[1.0, 3.0], [2.0, 2.0]], [[5.0, 7.0], [2.0, 2.0]]]])
    root = 5**0.5
    first = [[0.4 - 3 / root, 1.2 - 1 / root], [2.0 + 1 / root, 2.8 + 3 / root]]
    y = ResidualNorm(0.4, eps=0.0)(x[:, :, :1])
    torch.testing.assert_close(y[0, :, 0], torch.tensor(first))
    torch.testing.assert_close(ResidualNorm(0.4)(x)[0, :, 1], torch.full((2, 2), 0.8))


def test_frequency_wise_is_instance_norm_with_bins_as_channels():
    x = torch.randn(3, 4, 5, 6, generator=torch.Generator().manual_seed(0))
    expected = functional.instance_norm(x.transpose(1, 2)).transpose(1, 2)
    torch.testing.assert_close(ResidualNorm(0.0)(x), expected)
    torch.testing.assert_close(ResidualNorm(0.7)(x), 0.7 * x + expected)


def test_gradient():
    x = torch.randn(2, 2, 3, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(ResidualNorm(0.4), (x,))


def test_silence_has_a_finite_gradient():
    x = torch.zeros(2, 3, 4, 5, requires_grad=True)
    ResidualNorm()(x).square().sum().backward()
    assert torch.isfinite(x.grad).all()
