"""Classes that a study leaves out, with the clips that have them: so that two data sets share no class."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from harness.api import Clip, DataError, Task, did_you_mean
from harness_audio.datasets.labels import known_class
from harness_audio.datasets.parameters import FolderParameters
from harness_audio.datasets.table import LabelTable

Excluded = Mapping[str, Sequence[str]]


def leave_out(table: LabelTable, parameters: FolderParameters) -> LabelTable:
    """Return the table without the rows that ``exclude_labels`` names.

    Raises:
        DataError: a task that is none of ``tasks``, or a class that no row has.
    """
    for name, classes in parameters.exclude_labels.items():
        where = f"{table.path}: exclude_labels"
        if name not in parameters.tasks:
            raise DataError(_no_task(where, name, parameters.tasks))
        task = parameters.tasks[name]
        column = table.require(task.column or name, f"task {name!r}")
        separator = task.separator if task.kind == "multilabel" else None
        found = [_parts(row[column], separator) for row in table.rows]
        for value in classes:
            known_class(where, name, value, sorted(set().union(*found)))
        rows = [row for row, parts in zip(table.rows, found, strict=True) if not parts & set(classes)]
        table = replace(table, rows=tuple(rows))
    return table


def kept(clips: Iterable[Clip], excluded: Excluded) -> Iterator[Clip]:
    """Iterate the clips that have none of the excluded classes."""
    return (clip for clip in clips if not any(_labels(clip, task) & {*excluded[task]} for task in excluded))


def remaining(
    tasks: Sequence[Task], clips: Callable[[], Iterable[Clip]], excluded: Excluded, where: str
) -> tuple[Task, ...]:
    """Return the tasks with those classes that clips still have once the excluded ones are gone.

    ``clips`` is called only where something is excluded: it reads the data set.

    Raises:
        DataError: a task or class that the data set does not have.
    """
    if not excluded:
        return tuple(tasks)
    named = {task.name: task for task in tasks}
    for name, classes in excluded.items():
        if name not in named:
            raise DataError(_no_task(f"{where}: exclude_labels", name, named))
        for value in classes:
            known_class(f"{where}: exclude_labels", name, value, named[name].classes or ())
    left = list(kept(clips(), excluded))
    return tuple(_with_classes_of(task, left) for task in tasks)


def _with_classes_of(task: Task, clips: Sequence[Clip]) -> Task:
    seen = set().union(*(_labels(clip, task.name) for clip in clips))
    return replace(task, classes=tuple(value for value in task.classes or () if value in seen))


def _labels(clip: Clip, task: str) -> set[str]:
    label = clip.labels.get(task)
    return set() if label is None else {label} if isinstance(label, str) else set(label)


def _parts(cell: str, separator: str | None) -> set[str]:
    parts = [cell] if separator is None else cell.split(separator)
    return {part.strip() for part in parts} - {""}


def _no_task(where: str, name: str, tasks: Iterable[str]) -> str:
    return f"{where}: no task {name!r}{did_you_mean(name, list(tasks))}; tasks: {', '.join(tasks)}"
