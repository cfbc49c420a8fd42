"""What one task's network tells of another task's labels: LogME, LEEP and H-score."""

from __future__ import annotations

import numpy as np

from harness.data.types import TaskPart
from harness.measures import h_score, leep, logme, logme_regression
from harness.probes.networks import Seen
from harness.probes.rows import Measured, measured
from harness.records import Task

LABELLED = ("binary", "multiclass")


def transferability(seen: Seen, source: Task, main: TaskPart, clips: np.ndarray) -> dict[str, Measured]:
    """Return the probes of a partner's network (of the task ``source``) on the main's labelled ``clips``.

    LogME of a regression task takes its targets, of a multilabel task the columns of the classes that occur. LEEP
    needs one class a clip on both sides, H-score on the main's: otherwise there is no value, and a note.
    """
    targets = main.targets[clips]
    return {
        "logme": measured(lambda: _logme(seen.embedding, main.task, targets)),
        "leep": _labels_only("LEEP", (source, main.task), lambda: leep(seen.probabilities, _ints(targets))),
        "h_score": _labels_only("H-score", (main.task,), lambda: h_score(seen.embedding, _ints(targets))),
    }


def _logme(embedding: np.ndarray, task: Task, targets: np.ndarray) -> float:
    if task.kind in LABELLED:
        return logme(embedding, _ints(targets), len(task.classes or ()))
    columns = targets.astype(np.float64)
    return logme_regression(embedding, columns[:, columns.any(axis=0)] if columns.ndim == 2 else columns)


def _labels_only(name: str, tasks: tuple[Task, ...], measure: object) -> Measured:
    other = sorted({task.kind for task in tasks} - set(LABELLED))
    if other:
        return None, f"{name} is for tasks with one class a clip; found {', '.join(other)}"
    assert callable(measure)
    return measured(measure)


def _ints(targets: np.ndarray) -> np.ndarray:
    return targets.astype(np.int64)
