"""Optimizers that break a promise are caught; one of torch keeps them all."""

from __future__ import annotations

import pytest
import torch
from pydantic import Field

from harness.api import OptimizerRecord, Parameters
from harness.testing import OptimizerContract


class Rate(Parameters):
    lr: float = Field(0.1, gt=0)


def contract(factory, parameters=Rate):
    class Contract(OptimizerContract):
        record = OptimizerRecord(
            name="under_test", factory=factory, parameters=parameters, summary="for tests"
        )

    return Contract()


def adagrad(parameters, tensors):
    return torch.optim.Adagrad(tensors, lr=parameters.lr)


class TestAdagrad(OptimizerContract):
    record = contract(adagrad).record


class Uphill(torch.optim.SGD):
    def step(self, closure=None):
        for p in self.param_groups[0]["params"]:
            p.grad = None if p.grad is None else -p.grad
        return super().step(closure)


class Shrinks(torch.optim.SGD):
    """Moves what has no gradient."""

    def step(self, closure=None):
        for p in self.param_groups[0]["params"]:
            p.data *= 0.9
        return super().step(closure)


class Forgets(torch.optim.SGD):
    """Its momentum is not in its state."""

    def load_state_dict(self, state_dict):
        super().load_state_dict(state_dict | {"state": {}})


class Noisy(torch.optim.SGD):
    def step(self, closure=None):
        for p in self.param_groups[0]["params"]:
            p.data += 0.01 * torch.randn_like(p)
        return super().step(closure)


def made(cls, **more):
    return lambda parameters, tensors: cls(tensors, lr=parameters.lr, **more)


class Loose(Parameters):
    lr: float = 0.1


@pytest.mark.parametrize(
    ("broken", "test", "arguments"),
    [
        (contract(made(Uphill)), "test_loss_falls", ()),
        (contract(made(Shrinks)), "test_absent_task_is_left_alone", ()),
        (
            contract(made(Forgets, momentum=0.9)),
            "test_restored_training_continues_as_an_uninterrupted_one",
            (4,),
        ),
        (contract(made(Noisy)), "test_same_start_gives_same_steps", ()),
        (
            contract(lambda p, tensors: torch.optim.SGD(tensors, lr=0.5)),
            "test_learning_rate_can_be_set",
            (),
        ),
        (contract(adagrad, Parameters), "test_learning_rate_can_be_set", ()),
        (
            contract(lambda p, tensors: torch.optim.SGD(list(tensors)[:1], lr=p.lr)),
            "test_it_is_one_of_torch",
            (),
        ),
    ],
)
def test_broken_optimizer_is_caught(broken, test, arguments):
    with pytest.raises(AssertionError):
        getattr(broken, test)(*arguments)


def test_a_negative_rate_that_is_taken_is_caught():
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        contract(adagrad, Loose).test_negative_learning_rate_is_an_error()
