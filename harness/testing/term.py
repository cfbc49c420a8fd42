"""What every extra term of the objective must do."""

from __future__ import annotations

from typing import ClassVar

import torch

from harness.bases.outputs import ModelOutputs
from harness.bases.term import Term, TermInput
from harness.records import Task, TermRecord
from harness.testing.component import ComponentContract

NAME = "data/task"


class TermContract(ComponentContract):
    """A term gives finite values, one a sample or one for all, whose gradient reaches the network."""

    record: ClassVar[TermRecord]
    #: What the network has besides logits: embeddings of these names, branches of these.
    embeddings: ClassVar[tuple[str, ...]] = ("trunk",)
    branches: ClassVar[tuple[str, ...]] = ()
    width, classes, batch = 5, 3, 8

    def build(self) -> Term:
        """Return a fresh term."""
        term: Term = self.record.build(self.settings())
        return term

    def seen(self, *, mixed: bool = False, samples: int | None = None) -> TermInput:
        """Return what a term would see of a multiclass task, with leaves that take a gradient."""
        n, generator = samples or self.batch, torch.Generator().manual_seed(0)

        def leaf(width: int) -> torch.Tensor:
            return torch.randn(n, width, generator=generator).requires_grad_()

        outputs = ModelOutputs(
            {NAME: leaf(self.classes)},
            {name: leaf(self.width) for name in self.embeddings},
            {name: {NAME: leaf(self.classes)} for name in self.branches},
        )
        targets = torch.arange(n) % self.classes
        task = Task(name="task", kind="multiclass", classes=tuple(f"c{c}" for c in range(self.classes)))
        mixing = (targets.roll(1), torch.full((n,), 0.7)) if mixed else None

        def loss(logits: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.cross_entropy(logits, targets, reduction="none")

        return TermInput(NAME, task, outputs, targets, mixing, loss)

    def test_values_are_finite_and_one_a_sample_or_one_for_all(self) -> None:
        for seen in (self.seen(), self.seen(mixed=True), self.seen(samples=1)):
            value = self.build()(seen)
            assert value.shape in ((), seen.targets.shape), f"found shape {tuple(value.shape)}"
            assert torch.isfinite(value).all()

    def test_the_gradient_reaches_the_network(self) -> None:
        seen = self.seen()
        leaves = [*seen.outputs.logits.values(), *seen.outputs.embeddings.values()]
        leaves += [logits for branch in seen.outputs.branches.values() for logits in branch.values()]
        grads = torch.autograd.grad(self.build()(seen).mean(), leaves, allow_unused=True)
        found = [grad for grad in grads if grad is not None]
        assert found, "the term has no gradient for logits, embeddings or branches"
        assert all(torch.isfinite(grad).all() for grad in found)

    def test_it_has_no_state(self) -> None:
        assert not self.build().state_dict(), "a term has no state; a checkpoint would not have it"
