"""How long a task is trained: its budget of steps, the ends of its epochs, the points of its curves."""

from __future__ import annotations

import math
from dataclasses import dataclass

from harness.errors import TrainingError


@dataclass(frozen=True)
class Budget:
    """A task's budget, in steps that contain its data: ``epochs`` times ``steps_per_epoch``, alone and in
    every group.

    ``points`` are the steps of an epoch (from 1) at which curves have a point; an epoch's last step is always
    one.
    """

    epochs: int
    steps_per_epoch: int
    points: frozenset[int]

    @property
    def steps(self) -> int:
        """Steps with the task's data that the budget allows."""
        return self.epochs * self.steps_per_epoch

    @property
    def n_points(self) -> int:
        """Points that each curve of the task has when the whole budget is used."""
        return self.epochs * len(self.points)

    def ends_epoch(self, own_steps: int) -> bool:
        """Tell whether an epoch of the task ends with its step number ``own_steps`` (from 1)."""
        return own_steps % self.steps_per_epoch == 0

    def is_point(self, own_steps: int) -> bool:
        """Tell whether the curves have a point after step number ``own_steps`` (from 1)."""
        return (own_steps - 1) % self.steps_per_epoch + 1 in self.points


def make_budget(own_n: int, *, batch_size: int, epochs: int, curve_points: int) -> Budget:
    """Return the budget of a task with ``own_n`` training clips of its own.

    The points are spread evenly over each epoch, as many as it takes for ``curve_points`` in the whole
    budget; where the budget has fewer steps than that, every step is a point.
    """
    if min(own_n, batch_size, epochs) < 1:
        raise TrainingError(
            f"a budget needs at least one clip, one epoch and a batch size of 1; found {own_n} clips, "
            f"{epochs} epochs, batch size {batch_size}"
        )
    steps = math.ceil(own_n / batch_size)
    an_epoch = min(steps, max(1, math.ceil(curve_points / epochs)))
    points = frozenset(math.ceil(number * steps / an_epoch) for number in range(1, an_epoch + 1))
    return Budget(epochs=epochs, steps_per_epoch=steps, points=points)
