"""The members of a population: what is handed in, and a member while it is trained."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from harness.data.types import RunData
from harness.train.checkpoint import Checkpoints
from harness.train.loop import Tally
from harness.train.setup import Run
from harness.train.types import RunSpec


class CannotStack(Exception):
    """Why some trainings cannot be members of a population; the loop trains them."""


@dataclass(frozen=True)
class Member:
    """One training of a population: what :func:`harness.train.loop.train` takes."""

    data: RunData
    spec: RunSpec
    checkpoints: Checkpoints | None = None


@dataclass
class Seat:
    """A member that is being trained: its own :class:`Run`, whose model's tensors are views of the stacked
    ones, its tally, and the batches that are still to come. ``number`` is its place among the members that
    were handed in.

    Every step of a population has data of every task: so ``tally.step`` is also the number of each task's
    own steps.
    """

    number: int
    member: Member
    run: Run
    tally: Tally
    steps: Iterator[Mapping[int, np.ndarray]]

    @property
    def ends_epoch(self) -> bool:
        """Whether the step that comes is the last of the group's epoch: that of the longest budget."""
        longest = max((task.budget for task in self.run.progress), key=lambda budget: budget.steps)
        return longest.ends_epoch(self.tally.step + 1)

    def due(self) -> list[int]:
        """Return the tasks whose curves have a point after the latest step."""
        step = self.tally.step
        tasks = enumerate(self.run.progress)
        return [index for index, task in tasks if not task.done and task.budget.is_point(step)]


def take_seat(number: int, member: Member, run: Run, tally: Tally) -> Seat:
    """Return a member that is ready to be trained.

    On CUDA its curves and predictions are computed on the host, where what they need is brought for all
    members at once.
    """
    if run.device.type != "cpu":
        for progress in run.progress:
            progress.criterion = copy.deepcopy(progress.criterion).cpu()
    return Seat(number, member, run, tally, run.schedule.steps(tally.step))
