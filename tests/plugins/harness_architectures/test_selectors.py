"""Smooth-step gates."""

from __future__ import annotations

import pytest
import torch

from harness_architectures.selectors import Selectors, entropy, smooth_step, unreachable


@pytest.mark.parametrize("gamma", [0.5, 1.0, 3.0])
def test_smooth_step(gamma):
    """0 and 1 outside, 1/2 in the middle, S(t) + S(−t) = 1, continuous with its slope at the edges."""
    t = torch.linspace(-gamma, gamma, 201, dtype=torch.float64, requires_grad=True)
    values = smooth_step(t, gamma)
    assert (values[t <= -gamma / 2] == 0).all()
    assert (values[t >= gamma / 2] == 1).all()
    assert values[100].item() == pytest.approx(0.5)
    torch.testing.assert_close(values + values.flip(0), torch.ones_like(values))
    (slope,) = torch.autograd.grad(values.sum(), t)
    assert (slope >= 0).all()
    assert slope[100].item() == pytest.approx(1.5 / gamma)
    edge = torch.tensor([0.4999 * gamma], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.grad(smooth_step(edge, gamma), edge)[0].item() < 1e-2 / gamma


@pytest.mark.parametrize("inputs", [None, 7])
def test_a_selector_s_weights_sum_to_one_and_so_do_the_gate_s(inputs):
    gate = Selectors(inputs, 8, 3, 1.0)
    with torch.no_grad():
        for parameter in gate.parameters():
            parameter.normal_()
    weights, selected = gate(torch.randn(5, 7))
    assert selected.shape[1:] == (3, 8)
    torch.testing.assert_close(selected.sum(2), torch.ones(selected.shape[:2]))
    torch.testing.assert_close(weights.sum(1), torch.ones(len(weights)))
    assert (weights >= 0).all()


def test_saturated_selectors_choose_the_expert_of_their_code():
    gate = Selectors(None, 8, 2, 1.0)
    gate.z.logits.data = torch.tensor([[1.0, -1.0, 1.0, -1.0, 1.0, 1.0]])  # codes 101 and 011
    gate.w.logits.data = torch.tensor([[0.0, 0.0]])
    weights, selected = gate(torch.zeros(1, 1))
    assert selected[0].argmax(1).tolist() == [5, 3]
    assert weights[0].tolist() == [0, 0, 0, 0.5, 0, 0.5, 0, 0]
    assert entropy(selected).item() == pytest.approx(0, abs=1e-4)


def test_less_entropy_is_fewer_experts():
    """Descent on the entropy alone leads to at most k experts with weight."""
    torch.manual_seed(0)
    gate = Selectors(None, 8, 2, 1.0)
    optimizer = torch.optim.SGD(gate.parameters(), lr=0.05)
    assert (gate(torch.zeros(1, 1))[0] > 0.05).sum() == 8
    for _ in range(100):
        optimizer.zero_grad()
        entropy(gate(torch.zeros(1, 1))[1]).backward()
        optimizer.step()
    assert 1 <= (gate(torch.zeros(1, 1))[0] > 0).sum() <= 2


def test_entropy_and_unreachable_are_their_formulas():
    selected = torch.tensor([[[0.5, 0.25, 0.0], [0.2, 0.2, 0.2]], [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]]])
    logs = [[0.5, 0.25], [0.2] * 3, [1.0], [0.5, 0.5]]
    expected = sum(-q * torch.tensor(q).log() for row in logs for q in row) / 2
    torch.testing.assert_close(entropy(selected), expected, rtol=1e-3, atol=1e-4)  # 1e-6 within the logarithm
    torch.testing.assert_close(unreachable(selected), torch.tensor((1 / 0.75 + 1 / 0.6 + 1 + 1) / 2))


def test_the_start_is_the_authors():
    gate = Selectors(50, 4, 2, 2.0)
    assert gate.z.weight.abs().max() <= 0.02
    assert 0.03 < gate.w.weight.abs().max() <= 0.05
