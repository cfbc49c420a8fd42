"""Cross-stitch networks."""

from __future__ import annotations

import pytest
import torch

from harness_architectures.cross_stitch import StitchUnit
from tests.plugins.harness_architectures.common import batch, build

HEADS = {"a/x": 3, "b/y": 2, "c/z": 4}


@pytest.mark.parametrize("units", ["channel", "block"])
@pytest.mark.parametrize("base", ["cnn", "dnn"])
def test_identity_stitches_are_separate_networks(units, base):
    model, x = build("cross_stitch", HEADS, base=base, units=units, own=1.0, start="own"), batch()
    for column, head, logits in zip(model.own, model.heads, model(x).values(), strict=True):
        torch.testing.assert_close(head(column(x)), logits, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("channels", [4, 1])
@pytest.mark.parametrize("shape", [(5, 4), (5, 4, 3, 2)])
def test_a_unit_is_its_formula(channels, shape):
    unit = StitchUnit(3, channels, 0.8)
    unit.alpha.data.normal_()
    states = [torch.randn(shape) for _ in range(3)]
    for to, mixed in enumerate(unit(states)):
        for channel in range(4):
            weights = unit.alpha[to, :, channel if channels > 1 else 0]
            expected = sum(w * h[:, channel] for w, h in zip(weights, states, strict=True))
            torch.testing.assert_close(mixed[:, channel], expected)


def test_units_start_as_mixtures_that_sum_to_one():
    model = build("cross_stitch", HEADS)
    assert [tuple(unit.alpha.shape) for unit in model.shared] == [(3, 3, 4), (3, 3, 8)]
    for unit in model.shared:
        torch.testing.assert_close(unit.alpha.sum(1), torch.ones(3, unit.alpha.shape[2]))
        torch.testing.assert_close(unit.alpha.diagonal(), torch.full((unit.alpha.shape[2], 3), 0.9))


def test_every_task_sees_every_network():
    model = build("cross_stitch", HEADS)
    model(batch())["a/x"].sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.own[2].blocks[0][0].parameters())


def test_a_single_task_has_no_units():
    model, x = build("cross_stitch", {"a/x": 3}), batch()
    assert not list(model.shared.parameters())
    torch.testing.assert_close(model(x)["a/x"], model.heads[0](model.own[0](x)), rtol=0, atol=0)
