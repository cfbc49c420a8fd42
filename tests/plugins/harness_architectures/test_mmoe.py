"""Multi-gate mixture of experts."""

from __future__ import annotations

import pytest
import torch

from harness_architectures.base import gate_view
from tests.plugins.harness_architectures.common import batch, build, hard_sharing

HEADS = {"a/x": 3, "b/y": 2}


@pytest.mark.parametrize("base", ["cnn", "dnn"])
def test_one_expert_is_hard_sharing(base):
    """The same network as ``cnn`` and ``dnn``, from the same numbers with the same seed."""
    model = build("mmoe", HEADS, base=base, experts=1, seed=3)
    torch.testing.assert_close(
        model(batch()), hard_sharing(base, HEADS, seed=3)(batch()), rtol=1e-6, atol=1e-6
    )


@pytest.mark.parametrize("gate_input", ["all", "mean"])
def test_it_is_its_formula(gate_input):
    model, x = build("mmoe", HEADS, experts=3, gate_input=gate_input), batch()
    for gate, head, logits in zip(model.own, model.heads, model(x).values(), strict=True):
        view = x.flatten(1) if gate_input == "all" else x.mean(3).flatten(1)
        scores = (view @ gate.linear.weight.T + gate.linear.bias).exp()
        weights = scores / scores.sum(1, keepdim=True)
        mixture = sum(weights[:, [i]] * expert(x) for i, expert in enumerate(model.shared))
        torch.testing.assert_close(head(mixture), logits)


def test_gates_sum_to_one_and_experts_differ():
    model, x = build("mmoe", HEADS), batch()
    for gate in model.own:
        torch.testing.assert_close(gate(gate_view(x, "all")).sum(1), torch.ones(5))
    one, other = (expert.blocks[0][0].weight for expert in list(model.shared)[:2])
    assert not torch.equal(one, other)
