"""What every loss must do."""

from __future__ import annotations

from typing import ClassVar

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from harness.bases.loss import Loss
from harness.records import LossRecord, Task, TaskKind
from harness.testing.component import ComponentContract
from harness.testing.tasks import TASKS, n_classes_of, targets_of


class LossContract(ComponentContract):
    """A loss gives a value a sample, and decisions that are the targets where it is low."""

    record: ClassVar[LossRecord]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "kind" in metafunc.fixturenames:
            metafunc.parametrize("kind", self.record.task_kinds)

    def build(self, kind: TaskKind, n: int = 24) -> tuple[Loss, Tensor]:
        """Return a loss that is fitted to ``n`` targets, and these targets."""
        task = TASKS[kind]
        targets = targets_of(task, n)
        loss: Loss = self.record.build(self.settings(), task)
        loss.fit(targets)
        return loss, targets

    def logits(self, loss: Loss, n: int) -> Tensor:
        """Return random logits, ``[n, outputs]``, that want a gradient."""
        logits = torch.randn(n, loss.outputs, generator=torch.Generator().manual_seed(0))
        return logits.requires_grad_()

    def test_value_a_sample_with_gradient(self, kind: TaskKind) -> None:
        loss, targets = self.build(kind)
        logits = self.logits(loss, len(targets))
        values = loss(logits, targets)
        assert values.shape == (len(targets),)
        assert torch.isfinite(values).all()
        (gradient,) = torch.autograd.grad(values.sum(), logits)
        assert torch.isfinite(gradient).all()
        assert (gradient != 0).any(dim=-1).all(), "a sample has no gradient"

    def test_samples_do_not_meet(self, kind: TaskKind) -> None:
        loss, targets = self.build(kind)
        logits = self.logits(loss, len(targets))
        alone = torch.cat([loss(logits[i : i + 1], targets[i : i + 1]) for i in range(len(targets))])
        assert_close(loss(logits, targets), alone)

    def test_probabilities(self, kind: TaskKind) -> None:
        loss, targets = self.build(kind)
        probabilities = loss.probabilities(10 * self.logits(loss, len(targets)).detach())
        assert probabilities.shape == (len(targets), n_classes_of(loss.task) or 1)
        if kind != "regression":
            assert (probabilities >= 0).all()
            assert (probabilities <= 1).all()
        if kind in ("binary", "multiclass"):
            assert_close(probabilities.sum(-1), torch.ones(len(targets)))

    def test_decisions_are_like_targets(self, kind: TaskKind) -> None:
        loss, targets = self.build(kind)
        decisions = loss.decide(loss.probabilities(self.logits(loss, len(targets)).detach()))
        assert decisions.shape == targets.shape
        assert decisions.dtype == targets.dtype

    def test_low_loss_decides_the_targets(self, kind: TaskKind) -> None:
        loss, targets = self.build(kind)
        logits = nn.Parameter(self.logits(loss, len(targets)).detach())
        optimizer = torch.optim.Adam([logits], lr=0.2)
        first = float(loss(logits, targets).mean().detach())
        for _ in range(150):
            optimizer.zero_grad()
            loss(logits, targets).mean().backward()
            optimizer.step()
        assert float(loss(logits, targets).mean().detach()) < first
        decisions = loss.decide(loss.probabilities(logits.detach()))
        assert_close(decisions, targets, rtol=1e-2, atol=1e-2)

    def test_extreme_logits_are_finite(self, kind: TaskKind) -> None:
        loss, targets = self.build(kind)
        logits = (1e4 * torch.sign(self.logits(loss, len(targets)))).detach().requires_grad_()
        values = loss(logits, targets)
        assert torch.isfinite(values).all()
        assert torch.isfinite(torch.autograd.grad(values.sum(), logits)[0]).all()

    def test_fit_to_one_value_is_finite(self, kind: TaskKind) -> None:
        """All training targets are equal, other classes are absent: a fold can be like that."""
        task = TASKS[kind]
        targets = targets_of(task, 12)
        loss: Loss = self.record.build(self.settings(), task)
        loss.fit(targets[:1].repeat(5, *[1] * (targets.ndim - 1)))
        assert torch.isfinite(loss(self.logits(loss, 12), targets)).all()

    def test_state_is_whole(self, kind: TaskKind) -> None:
        fitted, targets = self.build(kind)
        fresh: Loss = self.record.build(self.settings(), TASKS[kind])
        fresh.load_state_dict(fitted.state_dict())
        logits = self.logits(fitted, len(targets))
        assert_close(fresh(logits, targets), fitted(logits, targets), rtol=0, atol=0)
        assert_close(fresh.probabilities(logits), fitted.probabilities(logits), rtol=0, atol=0)

    def test_other_kinds_of_task_are_refused(self) -> None:
        for kind in TASKS.keys() - set(self.record.task_kinds):
            task: Task = TASKS[kind]
            with pytest.raises(Exception, match=kind):
                self.record.build(self.settings(), task)
