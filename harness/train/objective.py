"""What a task's training minimises in one step: its loss, and the extra terms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from torch import Tensor

from harness.bases.loss import Loss
from harness.bases.outputs import ModelOutputs
from harness.bases.term import Term, TermInput
from harness.records import Task
from harness.train.batches import Batch


@dataclass(frozen=True)
class Objective:
    """The losses of the tasks, in the order of the group, and the terms that all of them have."""

    tasks: tuple[Task, ...]
    names: tuple[str, ...]
    criteria: tuple[Loss, ...]
    terms: tuple[Term, ...] = ()

    def loss(self, task: int, batch: Batch, outputs: ModelOutputs) -> Tensor:
        """Return the mean loss of a task (by index) over its samples of the batch, with its terms: a scalar."""
        start, stop = batch.spans[task]
        logits = part_of(outputs.logits[self.names[task]], start, stop)
        of_logits = partial(self._of_samples, task, batch)
        loss: Tensor = of_logits(logits).mean()
        if self.terms:
            seen = TermInput(
                self.names[task],
                self.tasks[task],
                outputs.rows(start, stop),
                batch.targets[task],
                batch.mixing.get(task),
                of_logits,
            )
            loss = loss + sum(term(seen).mean() for term in self.terms)
        return loss

    def _of_samples(self, task: int, batch: Batch, logits: Tensor) -> Tensor:
        """Return a task's loss a sample, ``[batch]``, mixed where its samples are."""
        criterion, targets = self.criteria[task], batch.targets[task]
        if task in batch.mixing:
            return criterion.mixed(logits, targets, *batch.mixing[task])
        values: Tensor = criterion(logits, targets)
        return values


def part_of(rows: Tensor, start: int, stop: int) -> Tensor:
    """Return a slice of ``rows``, or all of them as they are: the gradient of a slice is a copy."""
    return rows if stop - start == len(rows) else rows[start:stop]
