"""The convolutional network."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from harness.api import DataSetNorm, TrainingError
from harness_audio.models.cnn import Cnn
from harness_audio.models.parameters import Cnn5Parameters, CnnParameters
from tests.plugins.harness_audio.models.common import (
    assert_learns,
    assert_logits_and_gradients,
    assert_trunk_does_not_depend_on_heads,
)

SHAPE = (1, 20, 17)
NORMS = {"dataset": DataSetNorm, "shared": nn.BatchNorm2d, "group": nn.GroupNorm, "none": nn.Identity}


def build(heads, shape=SHAPE, **values):
    return Cnn(CnnParameters(**values), shape, heads)


@pytest.mark.parametrize("norm", NORMS)
def test_properties(norm):
    assert_trunk_does_not_depend_on_heads(lambda heads: build(heads, norm=norm, width=4))
    assert_logits_and_gradients(lambda heads: build(heads, norm=norm, width=4), SHAPE)
    assert any(type(module) is NORMS[norm] for module in build({"a": 2}, norm=norm).modules())


def test_learns():
    assert_learns(lambda heads: build(heads, dropout=0.0), SHAPE)


@pytest.mark.parametrize("shape", [(1, 24, 7), (1, 40, 101), (3, 13, 9), (1, 1, 16), (1, 16, 1)])
def test_small_and_odd_inputs_fit_the_default_depth(shape):
    assert_logits_and_gradients(lambda heads: build(heads, shape=shape, width=2), shape)


def test_depth_that_does_not_fit_says_what_does():
    with pytest.raises(
        TrainingError, match=r"depth 6 .*\[1, 24, 7\].* after 5 blocks; allowed: depth 1 to 5"
    ):
        build({"a": 2}, shape=(1, 24, 7), depth=6)
    build({"a": 2}, shape=(1, 24, 7), depth=5)(torch.randn(2, 1, 24, 7))


def test_an_input_of_one_cell_has_one_block():
    build({"a": 2}, shape=(1, 1, 1), depth=1).eval()(torch.randn(2, 1, 1, 1))
    with pytest.raises(TrainingError, match="depth 1 to 1"):
        build({"a": 2}, shape=(1, 1, 1), depth=2)


@pytest.mark.parametrize(
    ("growth", "channels"), [("linear", [6, 12, 18, 24]), ("double", [6, 12, 24, 48]), ("none", [6, 6, 6, 6])]
)
def test_growth(growth, channels):
    model = build({"a": 2}, width=6, growth=growth)
    found = [m.out_channels for m in model.modules() if isinstance(m, nn.Conv2d)]
    assert found == channels
    assert model.heads[0].in_features == channels[-1]


@pytest.mark.parametrize("pool", ["max", "avg"])
@pytest.mark.parametrize("global_pool", ["max", "avg"])
@pytest.mark.parametrize("norm", ["dataset", "none"])
def test_blocks_are_convolution_norm_relu_pooling(pool, global_pool, norm):
    """Against the plain order of the layers: the order and memory layout of the network are for speed."""
    values = {"pool": pool, "global_pool": global_pool, "norm": norm, "dropout": 0.0, "depth": 2, "width": 4}
    model = build({"a": 2}, **values)
    x = torch.randn(5, *SHAPE)
    reduce = {"max": nn.functional.max_pool2d, "avg": nn.functional.avg_pool2d}[pool]
    expected = x
    for block in model.trunk.blocks:
        expected = nn.functional.conv2d(expected, block[0].weight, block[0].bias, padding=1)
        if norm == "dataset":
            expected = nn.functional.batch_norm(expected, None, None, training=True)
        expected = reduce(torch.relu(expected), 2, ceil_mode=True)
    expected = expected.flatten(2).max(dim=2).values if global_pool == "max" else expected.mean(dim=(2, 3))
    torch.testing.assert_close(model.train().embed(x), expected, rtol=1e-4, atol=1e-5)


def test_tensors_are_contiguous_so_that_checkpoints_can_be_written():
    model = build({"a": 2})
    model(torch.randn(4, *SHAPE))["a"].sum().backward()
    assert all(value.is_contiguous() for value in model.state_dict().values())
    assert all(parameter.grad.is_contiguous() for parameter in model.parameters())


def build5(heads, shape=SHAPE, **values):
    return Cnn(Cnn5Parameters(**values), shape, heads)


def test_cnn5_is_the_published_shape():
    model = build5({"a": 2}, shape=(1, 24, 98))
    convolutions = [module for module in model.modules() if isinstance(module, nn.Conv2d)]
    assert [(layer.out_channels, layer.kernel_size) for layer in convolutions] == [(64, (5, 5))] * 4
    assert sum(isinstance(module, DataSetNorm) for module in model.modules()) == 4
    assert model.trunk.global_pool == "max"


@pytest.mark.parametrize("pool", ["max", "avg", "none"])
def test_cnn5_blocks_against_the_plain_order(pool):
    model = build5({"a": 2}, depth=3, width=4, dropout=0.0, pool=pool, norm="none")
    x = torch.randn(5, *SHAPE)
    expected = x
    for block in model.trunk.blocks:
        expected = torch.relu(nn.functional.conv2d(expected, block[0].weight, block[0].bias, padding=2))
        if pool != "none":
            reduce = {"max": nn.functional.max_pool2d, "avg": nn.functional.avg_pool2d}[pool]
            expected = reduce(expected, 2, ceil_mode=True)
    torch.testing.assert_close(model.train().embed(x), expected.amax(dim=(2, 3)), rtol=1e-4, atol=1e-5)


def test_cnn5_properties():
    for pool in ("max", "none"):
        assert_trunk_does_not_depend_on_heads(lambda heads, pool=pool: build5(heads, width=4, pool=pool))
        assert_logits_and_gradients(lambda heads, pool=pool: build5(heads, width=4, pool=pool), SHAPE)
    assert_learns(lambda heads: build5(heads, dropout=0.0, width=16), SHAPE)


def test_without_pooling_any_depth_fits():
    build5({"a": 2}, shape=(1, 3, 2), depth=6, width=4, pool="none").eval()(torch.randn(2, 1, 3, 2))
    with pytest.raises(TrainingError, match="depth 1 to 2"):
        build5({"a": 2}, shape=(1, 3, 2), depth=6, width=4)


def test_parameters_of_cnn_are_what_its_trainings_are_known_by():
    names = {"depth", "width", "growth", "norm", "pool", "global_pool", "dropout"}
    assert set(CnnParameters().model_dump()) == names
    assert set(Cnn5Parameters().model_dump()) == names | {"kernel"}
