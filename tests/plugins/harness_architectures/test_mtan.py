"""Multi-task attention network."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.plugins.harness_architectures.common import batch, build, hard_sharing

HEADS = {"a/x": 3, "b/y": 2}


@pytest.mark.parametrize("base", ["cnn", "dnn"])
def test_it_is_its_formula(base):
    """Two blocks, no normalisation, written out with matrix products."""
    model = build("mtan", HEADS, base=base, depth=2, norm="none")
    x = batch()
    blocks, merges = model.shared["blocks"], model.shared["merges"]
    p1 = blocks[0](x if base == "cnn" else x.flatten(1))
    p2 = blocks[1](p1)
    for masks, head, logits in zip(model.own, model.heads, model(x).values(), strict=True):
        a1 = mask_of(masks[0], p1) * p1
        a2 = mask_of(masks[1], torch.cat([p2, merges[0](a1)], dim=1)) * p2
        expected = head(a2.mean((2, 3)) if base == "cnn" else a2)
        torch.testing.assert_close(logits, expected, rtol=1e-5, atol=1e-5)


def mask_of(mask, u):
    """g and h by hand: ``1 / (1 + exp(−(W_h relu(W_g u + b_g) + b_h)))`` at every place."""
    first, second = mask[0], mask[3]
    places = u.flatten(2) if u.dim() == 4 else u[:, :, None]
    hidden = (first.weight.flatten(1) @ places + first.bias[:, None]).clamp(min=0)
    value = 1 / (1 + (-(second.weight.flatten(1) @ hidden + second.bias[:, None])).exp())
    return value.view(u.shape[0], -1, *u.shape[2:])


@pytest.mark.parametrize("base", ["cnn", "dnn"])
def test_masks_of_one_are_hard_sharing(base):
    """A task that attends to everything is what ``cnn`` and ``dnn`` are, from the same numbers."""
    model = build("mtan", HEADS, base=base, seed=3)
    for masks in model.own:
        for mask in masks:
            mask[4], mask[5] = nn.Identity(), _One()
    torch.testing.assert_close(
        model(batch()), hard_sharing(base, HEADS, seed=3)(batch()), rtol=1e-6, atol=1e-6
    )


class _One(nn.Module):
    def forward(self, x):
        return torch.ones_like(x)


def test_masks_are_between_0_and_1_and_each_task_has_its_own():
    model, x = build("mtan", HEADS), batch()
    p = model.shared["blocks"][0](x)
    masks = [own[0](p) for own in model.own]
    assert all(((mask > 0) & (mask < 1)).all() for mask in masks)
    assert not torch.equal(*masks)
