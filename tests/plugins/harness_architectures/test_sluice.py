"""Sluice networks."""

from __future__ import annotations

import pytest
import torch

from harness.api import TrainingError
from harness_architectures.sluice import _mixed
from tests.plugins.harness_architectures.common import batch, build

HEADS = {"a/x": 3, "b/y": 2}


@pytest.mark.parametrize("base", ["cnn", "dnn"])
def test_identity_mixtures_are_separate_networks(base):
    model, x = build("sluice", HEADS, base=base, own=1.0, last=1.0, start="own"), batch()
    for column, head, logits in zip(model.own, model.heads, model(x).values(), strict=True):
        torch.testing.assert_close(head(column(x)), logits, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("shape", [(5, 6), (5, 6, 3, 2)])
def test_halves_are_mixed_by_the_formula(shape):
    alpha, states = torch.randn(4, 4), [torch.randn(shape) for _ in range(2)]
    halves = [states[0][:, :3], states[0][:, 3:], states[1][:, :3], states[1][:, 3:]]
    for to, half in enumerate(half for h in _mixed(alpha, states) for half in (h[:, :3], h[:, 3:])):
        expected = sum(weight * one for weight, one in zip(alpha[to], halves, strict=True))
        torch.testing.assert_close(half, expected)


def test_the_embedding_is_a_mixture_over_blocks_filled_up_with_zeros():
    model, x = build("sluice", {"a/x": 3}, own=1.0, norm="none"), batch()
    model.shared.beta[0].data = torch.tensor([0.3, 0.6])
    column = model.own[0]
    first = column.blocks[0](x)
    second = column.blocks[1](first).mean((2, 3))
    expected = 0.6 * second
    expected[:, :4] += 0.3 * first.mean((2, 3))
    torch.testing.assert_close(model.embeddings(x)[0], expected)


@pytest.mark.parametrize("base", ["cnn", "dnn"])
def test_the_penalty_is_between_filters_of_the_two_halves(base):
    model = build("sluice", HEADS, base=base, orthogonality=0.5, start="own")
    for column, value in zip(model.own, model.penalty().values(), strict=True):
        expected = 0.0
        for block in column.blocks:
            filters = [row.flatten() for row in block[0].weight]
            half = len(filters) // 2
            expected += sum(torch.dot(a, b) ** 2 for a in filters[:half] for b in filters[half:])
        torch.testing.assert_close(value, 0.5 * expected)
    assert build("sluice", HEADS, orthogonality=0.0).penalty() == {}


def test_mixtures_start_near_the_task_s_own_last_block():
    model = build("sluice", HEADS)
    for alpha in model.shared.alpha:
        torch.testing.assert_close(alpha.sum(1), torch.ones(4))
        torch.testing.assert_close(alpha.diagonal(), torch.full((4,), 0.9))
    assert [beta.tolist() for beta in model.shared.beta] == [pytest.approx([0.1, 0.9])] * 2
    assert build("sluice", HEADS, depth=1).shared.beta[0].tolist() == [1.0]


def test_odd_widths_have_no_halves():
    with pytest.raises(TrainingError, match=r"blocks of \[3, 6\] channels have no two halves"):
        build("sluice", HEADS, width=3)
