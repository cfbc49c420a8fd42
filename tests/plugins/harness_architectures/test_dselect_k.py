"""DSelect-k: its penalty, and its two ways of routing. Its gates are in ``test_selectors``."""

from __future__ import annotations

import pytest
import torch

from harness_architectures.selectors import entropy
from tests.plugins.harness_architectures.common import RECORDS, batch, build

HEADS = {"a/x": 3, "b/y": 2}


@pytest.mark.parametrize("routing", ["example", "task"])
def test_it_is_its_formula(routing):
    model, x = build("dselect_k", HEADS, routing=routing, experts=3), batch()
    experts = [expert(x) for expert in model.shared]
    for gate, head, logits in zip(model.own, model.heads, model(x).values(), strict=True):
        weights, _ = gate(x.flatten(1))
        assert len(weights) == (5 if routing == "example" else 1)
        expected = head(sum(weights[:, [i]] * e for i, e in enumerate(experts)))
        torch.testing.assert_close(logits, expected, rtol=1e-5, atol=1e-5)


def test_the_penalty_is_the_entropy_of_the_task_s_gate():
    model, x = build("dselect_k", HEADS, entropy=0.2), batch()
    assert model.penalty() == {}
    model(x)
    for gate, value in zip(model.own, model.penalty().values(), strict=True):
        torch.testing.assert_close(value, 0.2 * entropy(gate.selected(x.flatten(1))))


def test_codes_without_expert_are_penalised_where_there_are_some():
    model, x = build("dselect_k", HEADS, experts=3, entropy=0.0), batch()
    model(x)
    for gate, value in zip(model.own, model.penalty().values(), strict=True):
        sums = gate.selected(x.flatten(1)).sum(2)
        torch.testing.assert_close(value, (1 / sums[:, 0] + 1 / sums[:, 1]).mean())


def test_the_weight_rises_over_steps_in_training_alone():
    model, x = build("dselect_k", {"a/x": 3}, entropy=0.2, entropy_steps=4), batch()
    full = 0.2 * entropy(model.own[0].selected(x.flatten(1)))
    shares = []
    for _ in range(6):
        model.train()(x)
        shares.append((model.penalty()["a/x"] / full).item())
        model.eval()(x)
    assert shares == pytest.approx([0.25, 0.5, 0.75, 1.0, 1.0, 1.0])
    assert model.state_dict()["steps"].item() == 6


def test_k_is_at_most_the_experts():
    with pytest.raises(ValueError, match="k = 5 is more than experts = 4; allowed: 1 to experts"):
        RECORDS["dselect_k"].parameters(k=5)
