"""What a data set says of its clips, checked before anything is decoded: identities, labels, groups."""

from __future__ import annotations

import hashlib
import math
import numbers
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.errors import DataError, did_you_mean
from harness.records import TASK_KINDS, Clip, Dataset, Task

SPLITS = {"train": "train", "validation": "validation", "val": "validation", "test": "test"}
Label = str | float | list[str] | None
#: The covariate that every row of a bank has: seconds of its audio, which the harness measures.
DURATION = "duration_s"


@dataclass(frozen=True)
class Listing:
    """The clips without their audio: ``rows`` hold identity, labels, groups; ``stamps`` tell a change."""

    tasks: dict[str, Task]
    rows: list[dict[str, Any]]
    stamps: list[list[Any]]

    @property
    def group_columns(self) -> list[str]:
        """The names of the clips' further groups."""
        return sorted({column for row in self.rows for column in row["groups"]})

    @property
    def covariates(self) -> list[str]:
        """The names of what is known of the clips beside their audio."""
        return sorted({name for row in self.rows for name in row.get("covariates", ())})


def list_clips(name: str, dataset: Dataset) -> Listing:
    """Go through a data set's clips once and check what can be checked without decoding.

    Raises:
        DataError: no clips; a clip identity that is there twice; a label that the task does not have; a
            task whose group column no clip has. The message names the clip.
    """
    tasks = check_tasks(name, dataset.tasks)
    listing = Listing(tasks, [], [])
    seen: set[str] = set()
    for clip in dataset.clips():
        where = f"data set {name!r}, clip {clip.id!r}"
        if clip.id in seen:
            raise DataError(f"{where}: there are two clips of this id; every clip needs its own")
        seen.add(clip.id)
        listing.rows.append(_row(where, clip, tasks))
        listing.stamps.append(_stamp(clip))
    if not seen:
        raise DataError(f"data set {name!r} is empty: it gave no clips. Check its path and parameters")
    _check_group_columns(name, listing)
    return listing


def check_tasks(name: str, tasks: Iterable[Task]) -> dict[str, Task]:
    """Return the tasks by name; raise :class:`DataError` where kind and classes do not fit each other."""
    found: dict[str, Task] = {}
    for task in tasks:
        where = f"data set {name!r}, task {task.name!r}"
        if task.name in found:
            raise DataError(f"{where}: there are two tasks of this name")
        if task.kind not in TASK_KINDS:
            raise DataError(f"{where}: unknown kind {task.kind!r}; allowed: {', '.join(TASK_KINDS)}")
        _check_classes(where, task)
        found[task.name] = task
    if not found:
        raise DataError(f"data set {name!r} has no tasks")
    return found


def _check_classes(where: str, task: Task) -> None:
    classes = task.classes or ()
    if len(set(classes)) < len(classes):
        raise DataError(f"{where}: a class is named twice in {list(classes)}")
    allowed = {
        "binary": (2, 2),
        "multiclass": (2, math.inf),
        "multilabel": (1, math.inf),
        "regression": (0, 0),
    }
    low, high = allowed[task.kind]
    if not low <= len(classes) <= high:
        wanted = "no classes" if not high else f"exactly {low}" if low == high else f"at least {low}"
        raise DataError(
            f"{where}: {task.kind} with {len(classes)} classes {list(classes)[:10]}; {wanted} is allowed"
        )


def _row(where: str, clip: Clip, tasks: dict[str, Task]) -> dict[str, Any]:
    for task in clip.labels:
        if task not in tasks:
            raise DataError(
                f"{where}: label of unknown task {task!r}{did_you_mean(task, tasks)}; allowed: "
                f"{', '.join(tasks)}"
            )
    if clip.path is not None and clip.samples is not None:
        raise DataError(f"{where}: has a path and samples; give one of them")
    if clip.split is not None and clip.split not in SPLITS:
        near = did_you_mean(clip.split, SPLITS)
        raise DataError(f"{where}: unknown split {clip.split!r}{near}; allowed: {', '.join(SPLITS)}")
    return {
        "clip": clip.id,
        "group": _text(clip.group),
        "fold": _text(clip.fold),
        "split": SPLITS[clip.split] if clip.split is not None else None,
        "groups": {column: _text(value) for column, value in clip.groups.items()} if clip.groups else {},
        "labels": {name: check_label(where, task, clip.labels.get(name)) for name, task in tasks.items()},
        **({"covariates": check_covariates(where, clip.covariates)} if clip.covariates else {}),
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def check_covariates(where: str, values: Mapping[str, Any]) -> dict[str, float | None]:
    """Return covariates as numbers, ``None`` where one is unknown (also a NaN)."""
    if DURATION in values:
        raise DataError(f"{where}: covariate {DURATION!r} is measured by the harness; give it another name")
    return {name: _covariate(where, name, value) for name, value in values.items()}


def _covariate(where: str, name: str, value: Any) -> float | None:
    if value is None or (isinstance(value, numbers.Real) and math.isnan(value)):
        return None
    if not isinstance(value, numbers.Real) or not math.isfinite(value):
        raise DataError(f"{where}: covariate {name!r} is {value!r}; a finite number, or None, is allowed")
    return float(value)


def check_label(where: str, task: Task, label: Any) -> Label:
    """Return a label as text, number, sorted list of text, or ``None`` where there is none (also a NaN)."""
    if isinstance(label, str) and task.kind in ("multiclass", "binary"):
        return _class(where, task, label)
    if label is None or (isinstance(label, numbers.Real) and math.isnan(label)):
        return None
    if task.kind == "regression":
        return _number(where, task, label)
    classes = task.classes or ()
    if task.kind == "multilabel":
        if isinstance(label, str) or not isinstance(label, Collection):
            raise DataError(
                f"{where}: label {label!r} of multilabel task {task.name!r} must be a list of class names"
            )
        return sorted({_class(where, task, value) for value in label}, key=classes.index)
    return _class(where, task, label)


def _number(where: str, task: Task, label: Any) -> float:
    if isinstance(label, (bool, str)) or not isinstance(label, numbers.Real) or not math.isfinite(label):
        raise DataError(f"{where}: label {label!r} of regression task {task.name!r} must be a finite number")
    return float(label)


def _class(where: str, task: Task, label: Any) -> str:
    classes = task.classes or ()
    if not isinstance(label, str) or label not in classes:
        shown = ", ".join(classes[:20]) + (", …" if len(classes) > 20 else "")
        raise DataError(
            f"{where}: unknown class {label!r} of task {task.name!r}{did_you_mean(str(label), classes)}; "
            f"allowed: {shown}"
        )
    return str(label)


def _check_group_columns(name: str, listing: Listing) -> None:
    columns = listing.group_columns
    for task in listing.tasks.values():
        if task.group is not None and task.group not in columns:
            raise DataError(
                f"data set {name!r}, task {task.name!r}: no clip has the group column {task.group!r}"
                f"{did_you_mean(task.group, columns)}; there are: {', '.join(columns) or 'none'}"
            )


def _stamp(clip: Clip) -> list[Any]:
    """Return what tells that a clip's audio changed: size and time of its file, or a hash of its samples."""
    return [str(clip.start_s), str(clip.end_s), str(clip.sample_rate), *_source(clip)]


def _source(clip: Clip) -> list[Any]:
    if clip.path is not None:
        path = os.fspath(clip.path)
        if not path.startswith(os.sep):  # pathlib takes longer than the look at the file
            path = os.path.join(os.getcwd(), path)
        try:
            stat = os.stat(path)
        except (OSError, ValueError):
            return [path, None, None]
        return [path, stat.st_size, stat.st_mtime_ns]
    if clip.samples is not None:
        samples = np.asarray(clip.samples)
        return [
            str(samples.dtype),
            list(samples.shape),
            hashlib.blake2b(samples.tobytes(), digest_size=16).hexdigest(),
        ]
    return []
