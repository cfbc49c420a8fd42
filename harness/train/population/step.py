"""One step of all members: forward, losses, gradients and optimizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from harness.bases.dropout import Dropout
from harness.bases.stacked import StackedCombiner, StackedStep
from harness.seeds import derive_seed
from harness.train.population.batches import StackedBatch
from harness.train.population.combine import Gradients
from harness.train.population.dropout import Masks
from harness.train.population.layers import Pass
from harness.train.population.losses import StackedLosses
from harness.train.population.members import Seat
from harness.train.population.network import StackedNetwork
from harness.train.population.optim import StackedOptimizer
from harness.train.population.own_optim import Optimizer
from harness.train.population.stack import Stacks
from harness.train.population.upload import upload


@dataclass(frozen=True)
class Made:
    """What a step leaves: the losses ``[M, T]``, the logits of each task's rows, ``[M, rows, outputs]``, and
    which gradients were finite, ``[M, T]``, where an aggregator looked.
    """

    losses: Tensor
    logits: list[Tensor]
    finite: Tensor | None


class Stepper:
    """Makes the steps of members whose stacked parts do not change: it is made anew when they do.

    ``whole`` tells whether :meth:`undo` leads back to where the step began.
    """

    def __init__(
        self,
        seats: Sequence[Seat],
        stacks: Stacks,
        network: StackedNetwork,
        combiner: StackedCombiner | None,
        optimizer: Optimizer,
    ) -> None:
        self.seats, self.stacks, self.network = list(seats), stacks, network
        self.combiner, self.optimizer, self.device = combiner, optimizer, seats[0].run.device
        self.gradients = Gradients(seats, stacks, combiner)
        tasks = range(len(seats[0].run.progress))
        self.losses = StackedLosses([[seat.run.criteria[task] for seat in seats] for task in tasks])
        self.masks = Masks(len(seats), self.device)
        self.drops = any(
            isinstance(module, Dropout) and module.p > 0
            for model in stacks.models
            for module in model.modules()
        )
        self.present = torch.ones(len(seats), len(tasks), dtype=torch.bool)
        nothing = torch.zeros(len(seats), dtype=torch.int64)
        self.single = StackedStep(self.present, nothing, nothing.bool())  # without a combiner nobody reads it
        self.whole = True
        self._before: list[tuple[Tensor, Tensor]] = []

    @property
    def capturable(self) -> bool:
        """Whether a step reads no value on the host, so that it can be a CUDA graph."""
        combines = self.combiner is None or self.combiner.capturable
        return self.device.type == "cuda" and combines and isinstance(self.optimizer, StackedOptimizer)

    def begin(self) -> StackedStep:
        """Prepare the next step on the host: what depends on each member's own number of steps."""
        self.whole = True
        steps, seeds = [seat.tally.step for seat in self.seats], [seat.run.spec.seed for seat in self.seats]
        if self.drops:
            self.masks.begin(
                [derive_seed(seed, "dropout", step) for seed, step in zip(seeds, steps, strict=True)]
            )
        if self.combiner is None:
            return self.single
        ends = torch.tensor([seat.ends_epoch for seat in self.seats])
        step = StackedStep(self.present, torch.tensor(steps), ends, seeds)
        self.combiner.begin(step)
        present, numbers, ends = (upload(t, self.device) for t in (step.present, step.steps, ends))
        return StackedStep(present, numbers, ends, seeds)

    def make(self, batch: StackedBatch, step: StackedStep) -> Made:
        """Make the update."""
        losses, logits = self.forward(batch)
        finite = self.backward(losses, step)
        self.update(step)
        return Made(losses.detach(), [each.detach() for each in logits], finite)

    def forward(self, batch: StackedBatch) -> tuple[Tensor, list[Tensor]]:
        """Return the losses, and the logits of each task's rows."""
        self._before = [(buffer, buffer.clone()) for buffer in self._buffers()]
        values, members = self.stacks.values, len(self.seats)
        logits = self.network(batch.x, Pass(values, members, batch.segments, self.masks))
        own = [each[:, start:stop] for each, (start, stop) in zip(logits, batch.spans, strict=True)]
        return self.losses(own, batch.targets), own

    def backward(self, losses: Tensor, step: StackedStep) -> Tensor | None:
        """Fill the gradients; see :meth:`Gradients.fill`."""
        return self.gradients.fill(losses, step)

    def update(self, step: StackedStep) -> None:
        """Let the optimizer take its step."""
        self.whole, self._before = False, []
        learned = [] if self.combiner is None else self.combiner.active(step)
        self.optimizer.step([None, *learned])

    @torch.no_grad()
    def undo(self) -> None:
        """Put back what the forward pass of a step changed that came to no update."""
        for buffer, before in self._before:
            buffer.copy_(before)

    def _buffers(self) -> list[Tensor]:
        combiner = [] if self.combiner is None else list(self.combiner.buffers())
        return [*self.stacks.buffers.values(), *combiner]
