"""The fully connected network."""

from __future__ import annotations

import pytest
import torch
from pydantic import ValidationError
from torch import nn

from harness.api import DataSetNorm
from harness_audio.models.dnn import Dnn
from harness_audio.models.parameters import DnnParameters
from tests.plugins.harness_audio.models.common import (
    assert_learns,
    assert_logits_and_gradients,
    assert_trunk_does_not_depend_on_heads,
)

SHAPE = (1, 24, 7)
NORMS = {"dataset": DataSetNorm, "shared": nn.BatchNorm1d, "group": nn.GroupNorm, "none": nn.Identity}


def build(heads, shape=SHAPE, **values):
    return Dnn(DnnParameters(**values), shape, heads)


@pytest.mark.parametrize("norm", NORMS)
def test_properties(norm):
    assert_trunk_does_not_depend_on_heads(lambda heads: build(heads, norm=norm))
    assert_logits_and_gradients(lambda heads: build(heads, norm=norm), SHAPE)
    assert any(type(module) is NORMS[norm] for module in build({"a": 2}, norm=norm).modules())


def test_learns():
    assert_learns(lambda heads: build(heads, dropout=0.0), SHAPE)


def test_depth_and_width():
    linear = [m for m in build({"a": 2}, depth=3, width=10).trunk.modules() if isinstance(m, nn.Linear)]
    assert [(m.in_features, m.out_features) for m in linear] == [(168, 10), (10, 10), (10, 10)]


def test_without_norm_it_is_the_plain_formula():
    model = build({"a": 2}, depth=1, width=5, norm="none", dropout=0.0)
    x, layer, head = torch.randn(3, *SHAPE), model.trunk[1][0], model.heads[0]
    expected = head(torch.relu(x.flatten(1) @ layer.weight.T + layer.bias))
    torch.testing.assert_close(model(x)["a"], expected)
    torch.testing.assert_close(model.embed(x), torch.relu(layer(x.flatten(1))))


def test_one_sample_of_a_data_set_can_be_trained():
    model = build({"a": 2}).train()
    logits = model(torch.randn(1, *SHAPE))["a"]
    assert logits.isfinite().all()


def test_parameters_are_checked():
    with pytest.raises(ValidationError, match="less than 1"):
        DnnParameters(dropout=1.0)
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        DnnParameters(depth=0)
    with pytest.raises(ValidationError, match="'dataset', 'shared', 'group' or 'none'"):
        DnnParameters(norm="batch")
