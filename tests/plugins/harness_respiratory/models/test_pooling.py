"""Pooling with remainders, and the three poolings."""

from __future__ import annotations

import torch

from harness_respiratory.models.pooling import average, halved, largest, three_maps


def test_a_remainder_is_pooled_alone():
    x = torch.tensor([[[[1.0, 3.0, 8.0]]]])
    torch.testing.assert_close(average((1, 3), 2)(x), torch.tensor([[[[2.0, 8.0]]]]))
    torch.testing.assert_close(largest((1, 3), 2)(x), torch.tensor([[[[3.0, 8.0]]]]))
    assert halved((1, 3), 2) == (1, 2)


def test_three_maps():
    x = torch.randn(2, 3, 4, 5)
    by_bin, by_frame, by_channel = three_maps(x)
    assert by_bin.shape == (2, 4, 3)
    assert by_bin[1, 2, 0] == x[1, 0, 2].max()
    assert by_frame.shape == (2, 5, 3)
    torch.testing.assert_close(by_frame[1, 4, 2], x[1, 2, :, 4].mean())
    assert by_channel.shape == (2, 4, 5)
    torch.testing.assert_close(by_channel[0, 3, 1], x[0, :, 3, 1].mean())
