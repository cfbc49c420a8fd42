"""One small task of each kind, for contract tests, with targets that have every class."""

from __future__ import annotations

import torch
from torch import Tensor

from harness.records import Task, TaskKind

TASKS: dict[TaskKind, Task] = {
    "binary": Task(name="data/present", kind="binary", classes=("no", "yes")),
    "multiclass": Task(name="data/family", kind="multiclass", classes=("brass", "reed", "string")),
    "multilabel": Task(name="data/tags", kind="multilabel", classes=("dog", "rain", "wind", "bell")),
    "regression": Task(name="data/tempo", kind="regression"),
}


def targets_of(task: Task, n: int) -> Tensor:
    """Return ``n`` targets, shaped and typed as the task's kind says; classes take turns."""
    turn = torch.arange(n)
    if task.kind == "multiclass":
        return turn % len(task.classes or ())
    if task.kind == "binary":
        return (turn % 2).float()
    if task.kind == "multilabel":
        return ((turn[:, None] + torch.arange(len(task.classes or ()))) % 3 == 0).float()
    return 90 + 30 * torch.sin(turn.float())


def n_classes_of(task: Task) -> int | None:
    """Return the number of classes; ``None`` for regression."""
    return None if task.classes is None else len(task.classes)
