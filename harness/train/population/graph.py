"""The step as a CUDA graph: all its kernels are launched as one."""

from __future__ import annotations

import warnings
from dataclasses import replace

import torch
from torch import Tensor

from harness.bases.stacked import StackedStep
from harness.train.population.batches import StackedBatch
from harness.train.population.step import Made, Stepper

#: Steps that are made plainly before the capture, on a stream of their own: libraries set themselves up.
WARM_UP_STEPS = 3


class Graph:
    """Makes the steps of a :class:`Stepper`: where it can be captured, by a graph after a few plain steps.

    The graph reads its batch from tensors that stay where they are. What it returns are copies. Where the
    capture fails, a warning says so, and steps are made plainly: a capture runs nothing, so that nothing is
    lost.
    """

    def __init__(self, stepper: Stepper) -> None:
        self.stepper, self.enabled = stepper, stepper.capturable
        self._made_n = 0
        self._graph: torch.cuda.CUDAGraph | None = None

    def begin(self) -> StackedStep:
        """Prepare the next step on the host; this is never captured."""
        if self.enabled and self._made_n == WARM_UP_STEPS and self._graph is None and self.stepper.drops:
            self.stepper.masks.fix()
        return self.stepper.begin()

    def make(self, batch: StackedBatch, step: StackedStep) -> Made:
        """Make the update."""
        if not self.enabled:
            return self.stepper.make(batch, step)
        self._made_n += 1
        if self._made_n <= WARM_UP_STEPS:
            return self._beside(batch, step)
        if self._graph is None:
            self._capture(batch, step)
        if self._graph is None:
            return self.stepper.make(batch, step)
        self.stepper.whole = False
        self._load(batch, step)
        self._graph.replay()
        made = self._made
        finite = None if made.finite is None else made.finite.clone()
        return Made(made.losses.clone(), [each.clone() for each in made.logits], finite)

    def _beside(self, batch: StackedBatch, step: StackedStep) -> Made:
        here, beside = torch.cuda.current_stream(), torch.cuda.Stream()
        beside.wait_stream(here)
        with torch.cuda.stream(beside):
            made = self.stepper.make(batch, step)
        here.wait_stream(beside)
        return made

    def _capture(self, batch: StackedBatch, step: StackedStep) -> None:
        self._batch = replace(
            batch, x=batch.x.clone(), targets=tuple(target.clone() for target in batch.targets)
        )
        present, steps, ends_epoch = (value.clone() for value in _tensors(step))
        self._step = StackedStep(present, steps, ends_epoch, step.seeds)
        graph = torch.cuda.CUDAGraph()
        try:
            with torch.cuda.graph(graph):
                self._made = self.stepper.make(self._batch, self._step)
        except Exception as error:
            self.enabled = False
            text = f"the step was not captured as a CUDA graph ({type(error).__name__}: {error}); it is made plainly"
            warnings.warn(text, RuntimeWarning, stacklevel=2)
            torch.cuda.synchronize()
            return
        self._graph = graph

    def _load(self, batch: StackedBatch, step: StackedStep) -> None:
        self._batch.x.copy_(batch.x)
        for fixed, target in zip(self._batch.targets, batch.targets, strict=True):
            fixed.copy_(target)
        for fixed, value in zip(_tensors(self._step), _tensors(step), strict=True):
            fixed.copy_(value, non_blocking=True)


def _tensors(step: StackedStep) -> tuple[Tensor, Tensor, Tensor]:
    return step.present, step.steps, step.ends_epoch
