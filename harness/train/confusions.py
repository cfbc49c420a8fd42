"""Confusion matrices as rows: how often each target was decided as each class; cells that are zero are no rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from harness.data.types import TaskPart
from harness.records import Task
from harness.train.evaluate import Predictions
from harness.train.scores import as_text

#: What a class of a multilabel task is in a clip, and is decided to be.
ABSENT, PRESENT = "absent", "present"


def confusion_rows(part: TaskPart, split: str, epoch: int | None, seen: Predictions) -> list[dict[str, Any]]:
    """Return the rows of the table ``confusions`` for the predictions of a part, without the run's keys."""
    if part.task.classes is None:
        return []
    pairs = (
        (as_text(part.task, target), as_text(part.task, decision))
        for target, decision in zip(seen.targets, seen.decisions, strict=True)
    )
    keys: dict[str, Any] = {"task": part.name, "split": split, "epoch": epoch}
    return [keys | cell for cell in count_cells(part.task, pairs)]


def count_cells(task: Task, pairs: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return ``label``, ``target``, ``prediction`` and ``n`` of each cell that is not zero, in the classes' order.

    ``pairs`` are (target, prediction) as the table ``predictions`` has them. A multilabel task has a matrix for each
    class, its ``label``, of absent and present; other tasks have one, without a ``label``. Regression has none.
    """
    if task.classes is None:
        return []
    counts: Counter[tuple[str | None, str, str]] = Counter()
    for target, prediction in pairs:
        counts.update(_cells(task, target, prediction))
    order = {name: index for index, name in enumerate((*task.classes, ABSENT, PRESENT))}
    return [
        {"label": label, "target": target, "prediction": prediction, "n": counts[label, target, prediction]}
        for label, target, prediction in sorted(
            counts, key=lambda cell: [order[name] for name in cell if name is not None]
        )
    ]


def _cells(task: Task, target: str, prediction: str) -> Sequence[tuple[str | None, str, str]]:
    if task.kind != "multilabel":
        return [(None, target, prediction)]
    assert task.classes is not None
    true, decided = set(target.split("|")), set(prediction.split("|"))
    state = (ABSENT, PRESENT)
    return [(name, state[name in true], state[name in decided]) for name in task.classes]
