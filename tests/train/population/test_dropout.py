"""Stacked masks are those of each member alone, to the bit."""

from __future__ import annotations

import pytest
import torch

from harness.bases.dropout import keep_mask
from harness.train.population.dropout import Masks


@pytest.mark.parametrize("shape", [(4, 6), (3, 5), (2, 3, 5, 7)])
def test_masks_are_those_of_each_member(shape):
    rates, seeds = [0.2, 0.0, 0.5, 0.999], [5, 6, 7, 2**62]
    masks = Masks(len(rates), torch.device("cpu"))
    masks.begin(seeds)
    found = [masks.take(shape, rates, torch.float32) for _ in range(2)]
    for member, (rate, seed) in enumerate(zip(rates, seeds, strict=True)):
        generator = torch.Generator().manual_seed(seed)
        for drawn in found:
            if not rate:
                assert bool((drawn[member] == 1).all())
                continue
            order = (shape[0], shape[3], shape[1], shape[2]) if len(shape) == 4 else shape
            alone = keep_mask(order, rate, generator=generator, device="cpu", channels_last=True)
            alone = alone.permute(0, 2, 3, 1) if len(shape) == 4 else alone
            assert torch.equal(drawn[member], alone)


def test_fixed_masks_are_the_same_at_addresses_that_stay():
    free, fixed = Masks(2, torch.device("cpu")), Masks(2, torch.device("cpu"))
    shapes, addresses = [(3, 5), (2, 4, 4, 3)], set()
    for step in range(3):
        for masks in (free, fixed):
            masks.begin([step, step + 10])
        for shape in shapes:
            one, other = (masks.take(shape, [0.3, 0.6], torch.float32) for masks in (free, fixed))
            assert torch.equal(one, other)
            addresses |= {other.data_ptr()} if step else set()
        if not step:
            fixed.fix()
    assert len(addresses) == len(shapes)
