"""The two kinds of blocks: kernels, sizes, and Inc02 as the sum of poolings."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from harness_respiratory.models.inception import DoubleInception, Inc01, Inc02, InceptionResidualBlock
from harness_respiratory.models.parameters import InceptionResidualParameters


def kernels(module: nn.Module) -> list[tuple[int, ...]]:
    return [layer.kernel_size for layer in module.modules() if isinstance(layer, nn.Conv2d)]


def test_inc01_has_three_kernels_side_by_side():
    layer, x = Inc01(2, 5), torch.randn(1, 2, 9, 7)
    assert kernels(layer) == [(3, 3), (1, 1), (4, 1)]
    y = layer(x)
    assert y.shape == (1, 15, 9, 7)
    one = layer.paths[1]
    torch.testing.assert_close(y[:, 5:10], functional.conv2d(x, one.weight, one.bias))


def test_the_even_kernel_sees_one_bin_above_and_two_below():
    layer, x = Inc01(1, 1), torch.zeros(1, 1, 9, 1)
    with torch.no_grad():
        layer.paths[2][1].weight.fill_(1.0)
        layer.paths[2][1].bias.zero_()
    x[0, 0, 4] = 1.0
    assert layer(x)[0, 2, :, 0].nonzero().flatten().tolist() == [2, 3, 4, 5]


@pytest.mark.parametrize("stride", [1, 2])
def test_inc02_is_the_sum_of_pooled_convolutions(stride):
    torch.manual_seed(0)
    layer = Inc02(2, 3, InceptionResidualParameters(kernel=5, inner_pool=3, inner_stride=stride))
    assert kernels(layer) == [(5, 1), (5, 5), (1, 5)]
    x = torch.randn(2, 2, 8, 11)
    pads = [(2, 0), (2, 2), (0, 2)]
    expected = sum(
        functional.avg_pool2d(
            functional.conv2d(x, path.weight, path.bias, padding=pad), 3, stride, 1, count_include_pad=False
        )
        for path, pad in zip(layer.paths, pads, strict=True)
    )
    torch.testing.assert_close(layer(x), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("size", [(128, 155), (128, 512), (9, 7), (1, 3)])
def test_blocks_say_the_size_that_they_have(size):
    parameters = InceptionResidualParameters(inception_width=1, inner_stride=2)
    block = DoubleInception(parameters, size)
    x = block(torch.randn(2, 1, *size))
    assert x.shape == (2, 3, *block.size)
    after = InceptionResidualBlock(3, 4, parameters, block.size)
    assert after(x).shape == (2, 4, *after.size)


def test_the_double_inception_block_in_the_source_s_order():
    names = [type(layer).__name__ for layer in DoubleInception(InceptionResidualParameters(), (8, 8))]
    assert names == ["Inc01", "Inc01", "DataSetNorm", "ReLU", "AvgPool2d", "Dropout", "ResidualNorm"]


def test_average_and_largest_are_added():
    block = InceptionResidualBlock(
        2, 3, InceptionResidualParameters(dropout=0.0, residual=0.25), (6, 8)
    ).eval()
    x = torch.randn(2, 2, 6, 8)
    inside = block.layers(x)
    pooled = functional.avg_pool2d(inside, 2) + functional.max_pool2d(inside, 2)
    normalised = functional.instance_norm(pooled.transpose(1, 2)).transpose(1, 2)
    torch.testing.assert_close(block(x), 0.25 * pooled + normalised, rtol=1e-4, atol=1e-5)
