"""What every network must do, asserted once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import nn

Build = Callable[[Mapping[str, int]], nn.Module]


def assert_trunk_does_not_depend_on_heads(build: Build) -> None:
    """Same seed: same trunk alone, in a group, and in a group of other tasks."""
    trunks = []
    for heads in ({"a": 3}, {"a": 3, "b": 7}, {"c": 1, "d": 2, "e": 5}):
        torch.manual_seed(11)
        trunks.append(build(heads).trunk.state_dict())
    for trunk in trunks[1:]:
        assert trunk.keys() == trunks[0].keys()
        assert all(torch.equal(trunk[name], trunks[0][name]) for name in trunk)


def assert_logits_and_gradients(build: Build, shape: tuple[int, ...]) -> None:
    """Logits have the heads' sizes; every parameter gets a finite gradient, in training and evaluation."""
    model = build({"a": 3, "b": 1})
    for training in (True, False):
        model.train(training).zero_grad()
        logits = model(torch.randn(6, *shape))
        assert {task: tuple(value.shape) for task, value in logits.items()} == {"a": (6, 3), "b": (6, 1)}
        sum(value.square().sum() for value in logits.values()).backward()
        assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


def assert_learns(build: Build, shape: tuple[int, ...]) -> None:
    """The network fits eight random clips with random labels in a few steps."""
    torch.manual_seed(0)
    model, x, target = build({"a": 4}), torch.randn(8, *shape), torch.arange(8) % 4
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(40):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x)["a"], target).backward()
        optimizer.step()
    assert (model(x)["a"].argmax(dim=1) == target).float().mean() == 1
