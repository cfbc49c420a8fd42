"""What a training gets to see: features by row, targets by clip, and the parts of one fold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harness.records import Task


@dataclass(frozen=True, kw_only=True)
class DatasetRows:
    """The features of one data set: ``features [rows, channels, bins, frames]`` float32, an array or a memory map.

    Clip ``i`` (its index in the catalog) has rows ``first[i] .. first[i] + count[i] - 1``; more than one where the
    feature cuts windows. Quarantined clips are not in the catalog. ``plain`` are the channels that no scaler touches.
    """

    name: str
    features: np.ndarray
    first: np.ndarray
    count: np.ndarray
    clip_ids: tuple[str, ...]
    plain: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TaskPart:
    """One task in one fold: targets of all clips of its data set, and the clips of each part.

    ``targets`` is ``[clips]`` int64 (multiclass), ``[clips]`` float32 (binary, regression) or ``[clips, classes]``
    float32 (multilabel); ``train``, ``validation`` and ``test`` are indices of labelled clips, disjoint. ``own_n`` is
    the size of the training part that the task has alone, which sets its budget of steps in every group.
    """

    name: str
    task: Task
    dataset: int
    targets: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    own_n: int


@dataclass(frozen=True, kw_only=True)
class RunData:
    """Everything that one training reads. ``tasks`` are in the order of the task group."""

    datasets: tuple[DatasetRows, ...]
    tasks: tuple[TaskPart, ...]
