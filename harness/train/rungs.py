"""Rungs: a training that stops after some epochs to be gone on with later, and what it had reached after each epoch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from harness.train.progress import TaskProgress
from harness.train.setup import Run


def at_rung(run: Run) -> bool:
    """Tell whether the training stops here: every task has seen ``stop_epoch`` epochs of its own budget, or is done.

    In a group a shorter task may be further by then; what it has reached is counted up to the rung alone
    (:func:`objectives`), so that a rung means the same epochs of each task, alone and in every group.
    """
    rung = run.spec.stop_epoch
    return rung is not None and all(_reached(task, rung) for task in run.progress)


def objectives(run: Run, curves: Sequence[dict[str, Any]]) -> list[float]:
    """Return the objective after each epoch, as if the training had ended there: ``[epochs]``, from epoch 1.
    Auxiliary tasks are left out.

    After epoch k it is the mean over the tasks of the best oriented validation score of the task's first k epochs; a
    task that stopped earlier keeps its last. It falls only where a stopping rule takes the last epoch. The list ends
    with the last epoch of the task that went furthest.
    """
    courses = [
        _course(task, next(iter(metrics)), curves)
        for task, metrics in zip(run.progress, run.metrics, strict=True)
        if task.part.name not in run.spec.auxiliary
    ]
    n_epochs = max(len(course) for course in courses)
    return [
        float(np.mean([course[min(epoch, len(course) - 1)] for course in courses]))
        for epoch in range(n_epochs)
    ]


def _reached(task: TaskProgress, epoch: int) -> bool:
    return task.done or task.own_steps >= epoch * task.budget.steps_per_epoch


def _course(task: TaskProgress, metric: str, curves: Sequence[dict[str, Any]]) -> list[float]:
    """Return the best oriented score up to each epoch of a task (the epoch's own where the last one is taken); NaN
    counts as the worst, and stays where it is all.
    """
    best, course = math.nan, []
    for row in curves:
        mine = row["task"] == task.part.name and row["split"] == "validation" and row["metric"] == metric
        if mine and float(row["epoch"]).is_integer():
            score = task.sign * row["value"]
            best = score if task.rule.takes_last else np.fmax(best, score)
            course.append(float(best))
    return course
