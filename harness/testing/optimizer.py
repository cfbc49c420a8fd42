"""What every optimizer must do."""

from __future__ import annotations

from typing import ClassVar

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor, nn
from torch.testing import assert_close

from harness.records import OptimizerRecord
from harness.testing.component import ComponentContract


class OptimizerContract(ComponentContract):
    """An optimizer of torch that moves what it is given, bears absent tasks, and continues where it was."""

    record: ClassVar[OptimizerRecord]
    #: After this many steps on a small parabola the loss is lower than at the start.
    steps: ClassVar[int] = 60

    def build(self, tensors: list[nn.Parameter]) -> torch.optim.Optimizer:
        """Return a fresh optimizer of these tensors."""
        optimizer: torch.optim.Optimizer = self.record.build(self.settings(), iter(tensors))
        return optimizer

    def tensors(self) -> list[nn.Parameter]:
        """Return a weight, a bias, and the weight of a head, always the same."""
        generator = torch.Generator().manual_seed(0)
        return [nn.Parameter(torch.randn(*shape, generator=generator)) for shape in ((3, 4), (3,), (2, 3))]

    def run(
        self, optimizer: torch.optim.Optimizer, tensors: list[nn.Parameter], n: int, start: int = 0
    ) -> Tensor:
        """Make steps ``start`` to ``start + n`` on a parabola; the head has labels in every second step."""
        path = []
        for step in range(start, start + n):
            optimizer.zero_grad()
            present = tensors if step % 2 else tensors[:-1]
            torch.stack([(p - 0.5).square().sum() for p in present]).sum().backward()
            optimizer.step()
            path.append(torch.cat([p.detach().flatten() for p in tensors]).clone())
        return torch.stack(path)

    def test_it_is_one_of_torch(self) -> None:
        tensors = self.tensors()
        optimizer = self.build(tensors)
        assert isinstance(optimizer, torch.optim.Optimizer)
        held = [p for group in optimizer.param_groups for p in group["params"]]
        assert {id(p) for p in held} == {id(p) for p in tensors}, "it holds other tensors than it was given"

    def test_learning_rate_can_be_set(self) -> None:
        assert "lr" in self.record.parameters.model_fields, "studies tune the parameter lr"
        settings = self.record.parameters(**(self.parameters | {"lr": 0.0123}))
        optimizer = self.record.build(settings, self.tensors())
        assert {group["lr"] for group in optimizer.param_groups} == {0.0123}

    def test_negative_learning_rate_is_an_error(self) -> None:
        with pytest.raises(ValidationError):
            self.record.parameters(**(self.parameters | {"lr": -0.1}))

    def test_loss_falls(self) -> None:
        tensors = self.tensors()
        first = sum(float((p - 0.5).square().sum().detach()) for p in tensors)
        self.run(self.build(tensors), tensors, self.steps)
        last = sum(float((p - 0.5).square().sum().detach()) for p in tensors)
        assert last < first

    def test_same_start_gives_same_steps(self) -> None:
        one, other = self.tensors(), self.tensors()
        state = torch.get_rng_state()
        path = self.run(self.build(one), one, 8)
        assert torch.equal(torch.get_rng_state(), state), "the global generator was drawn from"
        assert_close(self.run(self.build(other), other, 8), path, rtol=0, atol=0)

    def test_absent_task_is_left_alone(self) -> None:
        """The head of a task without labels has no gradient: it stays, and may get its first one later."""
        tensors = self.tensors()
        head, start = tensors[-1], tensors[-1].detach().clone()
        path = self.run(self.build(tensors), tensors, 2)
        assert torch.equal(path[0, -head.numel() :], start.flatten()), "a parameter without gradient moved"
        assert not torch.equal(path[1, -head.numel() :], start.flatten()), "the first gradient is not used"

    @pytest.mark.parametrize("interrupted_at", [1, 4])
    def test_restored_training_continues_as_an_uninterrupted_one(self, interrupted_at: int) -> None:
        tensors = self.tensors()
        whole = self.run(self.build(tensors), tensors, 8)
        before = self.tensors()
        optimizer = self.build(before)
        self.run(optimizer, before, interrupted_at)
        after = [nn.Parameter(p.detach().clone()) for p in before]
        fresh = self.build(after)
        fresh.load_state_dict(optimizer.state_dict())
        rest = self.run(fresh, after, 8 - interrupted_at, start=interrupted_at)
        assert_close(rest, whole[interrupted_at:], rtol=0, atol=0)
