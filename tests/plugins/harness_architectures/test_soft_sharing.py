"""Soft sharing."""

from __future__ import annotations

import itertools

import pytest
import torch

from harness.train.loop import train
from harness.train.types import Choice
from tests.plugins.harness_architectures.common import batch, build, hard_sharing
from tests.plugins.harness_architectures.test_every_architecture import COMPONENTS, spec, two_datasets
from tests.train.doubles import alone

HEADS = {"a/x": 3, "b/y": 2, "c/z": 4}


def flat(column):
    return torch.cat([p.flatten() for p in column.parameters()])


def test_the_penalty_is_the_mean_squared_distance():
    model = build("soft_sharing", HEADS, start="own", l2=0.3)
    thetas = [flat(column) for column in model.own]
    for index, value in enumerate(model.penalty().values()):
        others = [theta for i, theta in enumerate(thetas) if i != index]
        expected = 0.3 * sum((thetas[index] - theta).pow(2).sum() for theta in others) / 2
        torch.testing.assert_close(value, expected)


def test_the_penalties_gradients_are_those_of_the_sum_over_pairs():
    model = build("soft_sharing", HEADS, start="own", l2=0.3)
    parameters = list(model.own.parameters())
    found = torch.autograd.grad(sum(model.penalty().values()), parameters)
    thetas = [flat(column) for column in model.own]
    pairs = sum((one - other).pow(2).sum() for one, other in itertools.combinations(thetas, 2))
    expected = torch.autograd.grad(0.3 / 2 * pairs, parameters)
    torch.testing.assert_close(found, expected)


def test_same_start_has_no_distance():
    assert all(value.item() == 0 for value in build("soft_sharing", HEADS).penalty().values())
    assert build("soft_sharing", {"a/x": 3}).penalty() == {}
    assert build("soft_sharing", HEADS, start="own", l2=0.0).penalty() == {}


@pytest.mark.parametrize("start", ["same", "own"])
def test_weight_zero_is_separate_singles(start):
    """A pair trains to what each task alone trains to (1e-4: other sizes of batches, other order of sums)."""
    data = two_datasets()
    values = {"depth": 2, "width": 4, "dropout": 0.0, "l2": 0.0, "start": start}
    choice = Choice(name="soft_sharing", parameters=values)
    pair = train(data, spec(data, "soft_sharing", model=choice), registry=COMPONENTS)
    for index in (0, 1):
        single = alone(data, index)
        result = train(single, spec(single, "soft_sharing", model=choice), registry=COMPONENTS)
        name = single.tasks[0].name
        got, expected = (
            [row["value"] for row in one.curves if row["task"] == name and row["metric"] == "loss"]
            for one in (pair, result)
        )
        assert got[: len(expected)] == pytest.approx(expected, rel=1e-4)


def test_a_large_weight_draws_networks_together():
    distances = []
    for l2 in (0.0, 1.0):
        model = build("soft_sharing", {"a/x": 3, "b/y": 2}, start="own", l2=l2)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
        for _ in range(20):
            optimizer.zero_grad()
            logits = sum(value.square().mean() for value in model(batch()).values())
            (logits + sum(model.penalty().values())).backward()
            optimizer.step()
        distances.append((flat(model.own[0]) - flat(model.own[1])).norm().item())
    assert distances[1] < 0.1 * distances[0]


@pytest.mark.parametrize("name", ["soft_sharing", "cross_stitch"])
@pytest.mark.parametrize("base", ["cnn", "dnn"])
def test_a_single_task_is_the_base_alone(name, base):
    """The same numbers as ``cnn`` and ``dnn`` with the same seed."""
    model, hard = build(name, {"a/x": 3}, base=base, seed=4), hard_sharing(base, {"a/x": 3}, seed=4)
    torch.testing.assert_close(model(batch()), hard(batch()), rtol=0, atol=0)
