from typing import ClassVar

import pytest
import torch
from pydantic import ValidationError
from torch import nn

from harness.testing import OptimizerContract
from tests.plugins.harness_training.records import RECORDS, build


def trained(make, steps=5):
    """Return the parameters after some steps on a fixed loss."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 1))
    optimizer, x = make(network.parameters()), torch.linspace(-1, 1, 20).reshape(5, 4)
    for _ in range(steps):
        optimizer.zero_grad()
        network(x).square().sum().backward()
        optimizer.step()
    return torch.cat([p.detach().flatten() for p in network.parameters()])


@pytest.mark.parametrize(
    ("name", "parameters", "reference"),
    [
        (
            "adam",
            {"weight_decay": 0.1},
            lambda t: torch.optim.Adam(t, lr=1e-3, weight_decay=0.1, foreach=False),
        ),
        (
            "adam",
            {"betas": [0.5, 0.9]},
            lambda t: torch.optim.Adam(t, lr=1e-3, betas=(0.5, 0.9), foreach=False),
        ),
        ("adamw", {"lr": 0.01}, lambda t: torch.optim.AdamW(t, lr=0.01, weight_decay=1e-2, foreach=False)),
        ("sgd", {"lr": 0.01}, lambda t: torch.optim.SGD(t, lr=0.01, momentum=0.9, foreach=False)),
        (
            "sgd",
            {"lr": 0.01, "nesterov": True, "weight_decay": 0.1},
            lambda t: torch.optim.SGD(
                t, lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.1, foreach=False
            ),
        ),
        ("sgd", {"lr": 0.01, "momentum": 0}, lambda t: torch.optim.SGD(t, lr=0.01, foreach=False)),
    ],
)
def test_steps_are_those_of_torchs_plain_loop(name, parameters, reference):
    found = trained(lambda tensors: build("optimizer", name, tensors, **parameters))
    torch.testing.assert_close(found, trained(reference))


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd"])
def test_defaults_and_weight_decay_on_every_parameter(name):
    norm = nn.LayerNorm(3)
    optimizer = build("optimizer", name, norm.parameters(), weight_decay=0.5)
    assert optimizer.defaults["lr"] == 1e-3
    assert [group["weight_decay"] for group in optimizer.param_groups] == [0.5]
    before = norm.weight.detach().clone()
    for p in norm.parameters():
        p.grad = torch.zeros_like(p)
    optimizer.step()
    assert (norm.weight < before).all()


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd"])
def test_tensors_that_fused_kernels_do_not_have_go_the_usual_way(name):
    optimizer = build("optimizer", name, [nn.Parameter(torch.ones(2, device="meta"))])
    assert not optimizer.defaults["fused"]


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("adam", {"lr": 0}, "greater than 0"),
        ("adam", {"betas": [0.9, 1.0]}, "betas must be in"),
        ("adamw", {"weight_decay": -1}, "greater than or equal to 0"),
        ("sgd", {"nesterov": True, "momentum": 0}, "nesterov needs momentum"),
        ("sgd", {"momentum": 1}, "less than 1"),
        ("adamw", {"learning_rate": 1}, "Extra inputs are not permitted"),
    ],
)
def test_parameters_are_checked(name, parameters, message):
    with pytest.raises(ValidationError, match=message):
        RECORDS["optimizer", name].parameters(**parameters)


class TestAdam(OptimizerContract):
    record = RECORDS["optimizer", "adam"]


class TestAdamW(OptimizerContract):
    record = RECORDS["optimizer", "adamw"]


class TestSGD(OptimizerContract):
    record = RECORDS["optimizer", "sgd"]


class TestSGDPlain(OptimizerContract):
    record = RECORDS["optimizer", "sgd"]
    parameters: ClassVar = {"momentum": 0.0}
