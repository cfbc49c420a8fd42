"""Customized gate control and progressive layered extraction."""

from __future__ import annotations

import pytest
import torch

from harness.api import TrainingError
from harness_architectures.base import gate_view
from harness_architectures.extraction import bounds
from tests.plugins.harness_architectures.common import batch, build

HEADS = {"a/x": 3, "b/y": 2}


def softmax_of(linears, view):
    scores = torch.cat([view @ linear.weight.T + linear.bias for linear in linears], dim=1).exp()
    return scores / scores.sum(1, keepdim=True)


def mixture(weights, experts):
    return sum(weights[:, i].view(-1, *[1] * (e.dim() - 1)) * e for i, e in enumerate(experts))


@pytest.mark.parametrize("base", ["cnn", "dnn"])
def test_ple_is_its_formula(base):
    """Two tasks, two levels, two experts of each kind, written out."""
    model = build("ple", HEADS, base=base, depth=2, shared_experts=2, own_experts=2)
    x = batch()
    (low, high), owns = list(model.shared), list(model.own)
    shared = [expert(x) for expert in low.experts]
    experts = [[expert(x) for expert in own[0].experts] for own in owns]
    view = x.flatten(1)
    states = [
        mixture(softmax_of([own[0].gate.linear], view), [*e, *shared])
        for own, e in zip(owns, experts, strict=True)
    ]
    gates = [low.gate, *(own[0].for_shared for own in owns)]
    common = mixture(softmax_of(gates, view), [*shared, *experts[0], *experts[1]])
    top = [expert(common) for expert in high.experts]
    for own, h, head, logits in zip(owns, states, model.heads, model(x).values(), strict=True):
        weights = softmax_of([own[1].gate.linear], h.flatten(1))
        expected = head(mixture(weights, [*(expert(h) for expert in own[1].experts), *top]))
        torch.testing.assert_close(logits, expected, rtol=1e-5, atol=1e-5)


def test_all_gates_sum_to_one():
    model, x = build("ple", HEADS, shared_experts=2, own_experts=3), batch()
    level, owns = model.shared[0], [own[0] for own in model.own]
    assert level.weights(x, owns).shape == (5, 2 + 3 + 3)
    torch.testing.assert_close(level.weights(x, owns).sum(1), torch.ones(5))
    for own in owns:
        weights = own.gate(gate_view(x, "all"))
        assert weights.shape == (5, 3 + 2)
        torch.testing.assert_close(weights.sum(1), torch.ones(5))


def test_cgc_gates_sum_to_one_and_see_own_and_shared_experts():
    model, x = build("cgc", HEADS, shared_experts=2), batch()
    (level,) = model.shared
    assert level.gate is None
    for (own,), head, logits in zip(model.own, model.heads, model(x).values(), strict=True):
        weights = own.gate(x.flatten(1))
        torch.testing.assert_close(weights.sum(1), torch.ones(5))
        experts = [*(expert(x) for expert in own.experts), *(expert(x) for expert in level.experts)]
        torch.testing.assert_close(logits, head(mixture(weights, experts)), rtol=1e-5, atol=1e-5)


def test_a_task_of_cgc_does_not_use_another_task_s_experts():
    model = build("cgc", HEADS)
    model(batch())["a/x"].sum().backward()
    assert all(p.grad is None for p in model.own[1].parameters())
    assert all(p.grad is not None for p in model.own[0].parameters())


def test_blocks_are_divided_in_order():
    assert bounds(4, 2) == [(0, 2), (2, 4)]
    assert bounds(5, 3) == [(0, 2), (2, 3), (3, 5)]
    assert bounds(3, 1) == [(0, 3)]
    model = build("ple", HEADS, depth=3, levels=3)
    assert [len(level.experts[0].blocks) for level in model.shared] == [1, 1, 1]


def test_more_levels_than_blocks():
    with pytest.raises(TrainingError, match="3 levels for 2 blocks; allowed: levels 1 to depth"):
        build("ple", HEADS, levels=3)
