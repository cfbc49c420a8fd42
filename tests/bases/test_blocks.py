"""The blocks that models are put together from."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from harness.api import (
    DataSetNorm,
    TrainingError,
    conv_block,
    conv_channels,
    conv_sizes,
    dense_block,
    normalisation,
)

NORMS = {"dataset": DataSetNorm, "shared": nn.BatchNorm2d, "group": nn.GroupNorm, "none": nn.Identity}


@pytest.mark.parametrize("norm", NORMS)
def test_normalisation(norm):
    layer = normalisation(norm, 12, dimensions=2)
    assert type(layer) is NORMS[norm]
    assert layer(torch.randn(3, 12, 4, 5)).shape == (3, 12, 4, 5)
    flat = normalisation(norm, 12, dimensions=1)
    assert flat(torch.randn(3, 12)).shape == (3, 12)


def test_group_normalisation_takes_as_many_groups_as_divide_the_channels():
    assert [normalisation("group", n, dimensions=1).num_groups for n in (12, 7, 32)] == [4, 1, 8]


@pytest.mark.parametrize("pool", ["max", "avg"])
def test_a_convolution_block_is_its_formula(pool):
    block = conv_block(2, 3, (5, 6), norm="none", pool=pool, dropout=0.0)
    x = torch.randn(4, 2, 5, 6)
    h = torch.relu(nn.functional.conv2d(x, block[0].weight, block[0].bias, padding=1))
    reduce = nn.functional.max_pool2d if pool == "max" else nn.functional.avg_pool2d
    torch.testing.assert_close(block(x), reduce(h, 2, ceil_mode=True), rtol=1e-5, atol=1e-6)


def test_an_axis_of_one_is_not_pooled():
    assert conv_block(1, 2, (1, 5), norm="none", pool="max", dropout=0.0)(torch.randn(2, 1, 1, 5)).shape == (
        2,
        2,
        1,
        3,
    )


def test_a_dense_block_is_its_formula():
    block, x = dense_block(4, 3, norm="none", dropout=0.0), torch.randn(5, 4)
    torch.testing.assert_close(block(x), (x @ block[0].weight.T + block[0].bias).clamp(min=0))


def test_a_normalised_layer_has_no_bias_of_its_own():
    assert dense_block(4, 3, norm="dataset", dropout=0.0)[0].bias is None
    assert conv_block(4, 3, (2, 2), norm="group", pool="max", dropout=0.0)[0].bias is None


def test_channels():
    assert conv_channels(16, 4, "linear") == [16, 32, 48, 64]
    assert conv_channels(16, 4, "double") == [16, 32, 64, 128]
    assert conv_channels(16, 4, "none") == [16] * 4


def test_sizes_halve_upwards():
    assert conv_sizes((1, 40, 101), 4) == [(40, 101), (20, 51), (10, 26), (5, 13)]
    assert conv_sizes((1, 1, 1), 1) == [(1, 1)]
    with pytest.raises(TrainingError, match=r"depth 4 does not fit .* allowed: depth 1 to 3"):
        conv_sizes((1, 3, 5), 4)
