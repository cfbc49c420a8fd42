"""What every model must do."""

from __future__ import annotations

from typing import ClassVar

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from harness.records import ModelRecord
from harness.testing.component import ComponentContract


class ModelContract(ComponentContract):
    """A model gives logits for every head, learns with all its parameters, and is decided by its seed."""

    record: ClassVar[ModelRecord]
    #: ``(channels, bins, frames)`` of the inputs to try.
    input_shapes: ClassVar[tuple[tuple[int, int, int], ...]] = ((1, 40, 101),)
    heads: ClassVar[dict[str, int]] = {"one/family": 3, "one/present": 1, "two/digit": 10}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "input_shape" in metafunc.fixturenames:
            metafunc.parametrize("input_shape", self.input_shapes)

    def build(self, input_shape: tuple[int, int, int], seed: int = 0) -> nn.Module:
        """Return a fresh model."""
        torch.manual_seed(seed)
        model: nn.Module = self.record.build(self.settings(), input_shape, self.heads)
        return model

    def batch(self, input_shape: tuple[int, int, int], size: int = 6) -> Tensor:
        """Return an input, ``[size, channels, bins, frames]``."""
        return torch.randn(size, *input_shape, generator=torch.Generator().manual_seed(0))

    def test_logits_of_every_head(self, input_shape: tuple[int, int, int]) -> None:
        for model in (self.build(input_shape), self.build(input_shape).eval()):
            logits = model(self.batch(input_shape))
            assert {task: tuple(value.shape) for task, value in logits.items()} == {
                task: (6, outputs) for task, outputs in self.heads.items()
            }

    def test_one_head(self, input_shape: tuple[int, int, int]) -> None:
        model = self.record.build(self.settings(), input_shape, {"one/family": 2})
        assert list(model(self.batch(input_shape))) == ["one/family"]

    def test_gradient_reaches_every_parameter(self, input_shape: tuple[int, int, int]) -> None:
        model = self.build(input_shape)
        logits = model(self.batch(input_shape))
        torch.stack([value.square().sum() for value in logits.values()]).sum().backward()
        idle = [name for name, p in model.named_parameters() if p.requires_grad and p.grad is None]
        assert not idle, f"no gradient reaches {idle}"
        bad = [
            n for n, p in model.named_parameters() if p.grad is not None and not torch.isfinite(p.grad).all()
        ]
        assert not bad, f"gradient is not finite in {bad}"

    def test_samples_of_a_batch_do_not_meet_in_evaluation(self, input_shape: tuple[int, int, int]) -> None:
        model, x = self.build(input_shape).eval(), self.batch(input_shape)
        with torch.no_grad():
            together, alone = model(x), [model(sample[None]) for sample in x]
        for task, logits in together.items():
            assert_close(logits, torch.cat([one[task] for one in alone]), rtol=1e-4, atol=1e-5)

    def test_seed_decides_the_start(self, input_shape: tuple[int, int, int]) -> None:
        one, same, other = (self.build(input_shape, seed).state_dict() for seed in (0, 0, 1))
        assert_close(one, same, rtol=0, atol=0)
        assert any(not torch.equal(one[name], other[name]) for name in one)

    def test_state_is_whole(self, input_shape: tuple[int, int, int]) -> None:
        trained, x = self.build(input_shape), self.batch(input_shape)
        trained(x)  # moves running statistics
        fresh = self.build(input_shape, seed=1)
        fresh.load_state_dict(trained.state_dict())
        with torch.no_grad():
            assert_close(fresh.eval()(x), trained.eval()(x), rtol=0, atol=0)
