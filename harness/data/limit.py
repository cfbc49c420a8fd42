"""At most so many clips of a label: a data set made smaller, the same ones every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.data.listing import check_label
from harness.errors import DataError, did_you_mean
from harness.records import Clip, Dataset, Task
from harness.seeds import derive_seed

#: The label of a clip of a multilabel task that has none of its classes.
NONE_OF_THEM = ("",)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most ``n`` clips of each label of a task, drawn by ``seed``."""

    task: str
    n: int
    seed: int


class Limited(Dataset):
    """The clips of a data set of which no label of the limit's task has more than ``n``.

    Clips are gone through in an order drawn by the seed and their identities, and kept while each of their labels has
    room; so no label of a multilabel task has more than ``n`` either, and clips with none of the classes are limited as
    those of a class. A clip without a label of this task is kept: others may use it. Those that cannot be decoded
    count. Who is kept does not depend on the order in which the data set gives its clips.

    Raises:
        DataError: the data set has no such task, or it is a regression.
    """

    def __init__(self, inner: Dataset, limit: Limit) -> None:
        self.inner, self.limit = inner, limit
        self.licence, self.citation, self.domain = inner.licence, inner.citation, inner.domain
        self.task = self._task()

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks of the whole data set."""
        return self.inner.tasks

    def clips(self) -> Iterator[Clip]:
        """Iterate the clips that are kept, in the data set's order."""
        kept = self._kept
        return (clip for clip in self.inner.clips() if clip.id in kept)

    @cached_property
    def _kept(self) -> set[str]:
        labels = {clip.id: self._labels(clip) for clip in self.inner.clips()}
        count: Counter[Any] = Counter()
        kept = set()
        for clip in sorted(labels, key=self._rank):
            if all(count[label] < self.limit.n for label in labels[clip]):
                count.update(labels[clip])
                kept.add(clip)
        return kept

    def _rank(self, clip: str) -> int:
        return derive_seed(self.limit.seed, "limit_per_label", self.task.name, clip)

    def _labels(self, clip: Clip) -> tuple[Any, ...]:
        found = check_label(f"clip {clip.id!r}", self.task, clip.labels.get(self.task.name))
        if found is None:
            return ()
        return tuple(found) or NONE_OF_THEM if isinstance(found, list) else (found,)

    def _task(self) -> Task:
        tasks = {task.name: task for task in self.inner.tasks}
        name = self.limit.task
        if name not in tasks:
            near = did_you_mean(name, tasks)
            raise DataError(f"limit_per_label: no task {name!r}{near}; the data set has: {', '.join(tasks)}")
        if tasks[name].kind == "regression":
            raise DataError(f"limit_per_label: task {name!r} is a regression, which has no labels to limit")
        return tasks[name]
