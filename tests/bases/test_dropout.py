"""Masks: their rate, scale and seeds, and that no memory format changes them."""

from __future__ import annotations

import pytest
import torch
from torch.utils.benchmark import Timer

from harness.api import Dropout, keep_mask

PICTURE = (4, 8, 5, 7)


def mask(shape, p, *, seed=0, channels_last=False):
    generator = torch.Generator().manual_seed(seed)
    return keep_mask(shape, p, generator=generator, device="cpu", channels_last=channels_last)


@pytest.mark.parametrize("p", [0.001, 0.1, 0.5, 0.9])
def test_as_many_are_dropped_as_asked_for_and_the_others_are_scaled(p):
    n = 10**6
    found = mask((n,), p)
    kept = found[found != 0]
    assert abs(len(kept) / n - (1 - p)) < 5 * (p * (1 - p) / n) ** 0.5
    torch.testing.assert_close(kept, torch.full_like(kept, 1 / (1 - p)), rtol=1e-6, atol=0)
    assert found.dtype == torch.float32


def test_neighbours_are_dropped_independently():
    dropped = (mask((10**6,), 0.5) == 0).double()
    for lag in (1, 2, 3, 4, 8):
        both = (dropped[:-lag] * dropped[lag:]).mean()
        assert abs(float(both) - 0.25) < 5e-3


def test_the_seed_alone_decides_a_mask():
    assert torch.equal(mask(PICTURE, 0.3, seed=5), mask(PICTURE, 0.3, seed=5))
    assert not torch.equal(mask(PICTURE, 0.3, seed=5), mask(PICTURE, 0.3, seed=6))
    torch.manual_seed(5)  # without a generator: torch's own
    assert torch.equal(keep_mask(PICTURE, 0.3, device="cpu", channels_last=False), mask(PICTURE, 0.3, seed=5))


@pytest.mark.parametrize("shape", [(1,), (3,), (4,), (5, 3), (2, 3, 5), (1, 1, 1, 1), PICTURE])
def test_what_is_drawn_depends_on_the_shape_alone(shape):
    states = []
    for p in (0.1, 0.9):
        for channels_last in (False, True):
            generator = torch.Generator().manual_seed(1)
            keep_mask(shape, p, generator=generator, device="cpu", channels_last=channels_last)
            states.append(generator.get_state())
    assert all(torch.equal(state, states[0]) for state in states)


def test_a_picture_has_the_same_mask_in_either_memory_format():
    last, contiguous = mask(PICTURE, 0.4, channels_last=True), mask(PICTURE, 0.4)
    assert torch.equal(last, contiguous)
    assert last.is_contiguous(memory_format=torch.channels_last)
    assert contiguous.is_contiguous()


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_the_layer_applies_the_mask_forward_and_backward_and_keeps_the_format(memory_format):
    x = torch.randn(PICTURE).to(memory_format=memory_format).requires_grad_()
    layer = Dropout(0.4)
    torch.manual_seed(0)
    y = layer(x)
    y.sum().backward()
    assert torch.equal(y, x * mask(PICTURE, 0.4))
    assert torch.equal(x.grad, mask(PICTURE, 0.4))
    assert y.is_contiguous(memory_format=memory_format)


def test_layers_draw_one_after_the_other():
    torch.manual_seed(0)
    ones = torch.ones(64)
    assert not torch.equal(Dropout(0.5)(ones), Dropout(0.5)(ones))


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_the_type_is_kept(dtype):
    assert Dropout(0.5)(torch.ones(8, dtype=dtype)).dtype == dtype


@pytest.mark.parametrize("layer", [Dropout(0.0), Dropout(0.5).eval()])
def test_nothing_is_drawn_without_dropout(layer):
    x = torch.randn(4, 3)
    before = torch.get_rng_state()
    assert layer(x) is x
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("p", [-0.1, 1.0, 2.0, float("nan")])
def test_what_is_no_probability_is_refused(p):
    with pytest.raises(ValueError, match="at least 0 and less than 1"):
        Dropout(p)


def test_the_highest_probability_still_keeps_something():
    assert 0 < int((mask((10**6,), 1 - 1e-9) != 0).sum()) < 200


def test_a_mask_is_cheaper_than_that_of_torch():
    x = torch.randn(16, 16, 20, 31).to(memory_format=torch.channels_last)
    own, torchs = Dropout(0.1), torch.nn.Dropout(0.1)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        times = [
            min(Timer("layer(x)", globals={"layer": layer, "x": x}).timeit(20).mean for _ in range(5))
            for layer in (own, torchs)
        ]
    finally:
        torch.set_num_threads(before)
    assert times[0] < times[1] / 2
