"""Attention against torch's own, and the order of the sequence."""

from __future__ import annotations

import torch
from torch import nn

from harness_respiratory.models.attention import SequenceAttention


def test_agrees_with_torch_where_heads_times_key_size_is_the_width():
    torch.manual_seed(0)
    reference, own = nn.MultiheadAttention(12, 3, batch_first=True), SequenceAttention(12, 3, 4)
    with torch.no_grad():
        own.project.weight.copy_(reference.in_proj_weight)
        own.project.bias.copy_(reference.in_proj_bias.normal_())
        own.out.load_state_dict(reference.out_proj.state_dict())
    x = torch.randn(5, 7, 12)
    expected = reference(x, x, x, need_weights=False)[0].mean(dim=1)
    torch.testing.assert_close(own(x), expected, rtol=1e-5, atol=1e-6)


def test_key_size_is_a_head_s_whatever_the_width():
    attention = SequenceAttention(19, 16, 32)
    assert attention.project.weight.shape == (3 * 512, 19)
    assert attention(torch.randn(2, 4, 19)).shape == (2, 19)


def test_a_sequence_has_no_order():
    attention, x = SequenceAttention(6, 2, 3), torch.randn(2, 5, 6)
    torch.testing.assert_close(attention(x), attention(x[:, [3, 1, 4, 0, 2]]), rtol=1e-5, atol=1e-6)
