"""Keeps the network of a training while it is trained: the chosen states, or the state at the end of every epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.train.kept import KeptNetwork

if TYPE_CHECKING:
    from harness.train.progress import TaskProgress
    from harness.train.setup import Run


class Keeper:
    """Watches one training by the loop engine.

    An epoch is a task's own: a task of a group ends its epochs by its own number of steps, until its rule stops it. A
    state in which several tasks end an epoch is kept once. A training that goes on from a checkpoint writes what comes
    after it again, with the same content.
    """

    def __init__(self, kept: KeptNetwork, *, every_epoch: bool) -> None:
        self.kept, self.every_epoch = kept, every_epoch
        self._seen: list[int] = []

    def begin(self, run: Run, step: int) -> None:
        """The training begins, or goes on after ``step`` steps."""
        self.kept.forget_after(step)
        self._seen = [task.own_steps for task in run.progress]

    def after_step(self, run: Run, step: int) -> None:
        """A step was made, and evaluated where that was due."""
        ended = {
            task.part.name: task.own_steps // task.budget.steps_per_epoch
            for task, seen in zip(run.progress, self._seen, strict=True)
            if task.own_steps != seen and _ends_epoch(task, step)
        }
        self._seen = [task.own_steps for task in run.progress]
        if ended and self.every_epoch:
            self.kept.save(step, run.network.model.state_dict(), ended)

    def end(self, run: Run) -> None:
        """The training is over: every task has chosen its epoch."""
        best = {task.part.name: task.chosen() for task in run.progress}
        written = set(self.kept.steps())
        for step in sorted({one.step for one in best.values()} - written):
            epochs = {name: one.epoch for name, one in best.items() if one.step == step}
            state = next(one.state for one in best.values() if one.step == step)
            self.kept.save(step, state, epochs)
        chosen = {name: {"epoch": one.epoch, "step": one.step} for name, one in best.items()}
        self.kept.finish(chosen, self.every_epoch)


def _ends_epoch(task: TaskProgress, step: int) -> bool:
    """Tell whether the task's latest step ended an epoch before, or as, the task was stopped."""
    return task.budget.ends_epoch(task.own_steps) and task.stop_step in (None, step)
