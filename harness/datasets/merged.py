"""One task of several data sets' tasks: its classes, and the labels and groups of a clip."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from harness.datasets.parameters import UnionTask, is_source
from harness.errors import DataError, did_you_mean
from harness.records import Clip, Dataset, Task


@dataclass(frozen=True)
class Merged:
    """A task of a union, and by data set the tasks that it is made of and what their classes are called otherwise."""

    task: Task
    sources: dict[str, Task]
    rename: Mapping[str, Mapping[str, str]]

    def label(self, member: str, clip: Clip) -> Any:
        """Return the label of a clip of a data set; ``None`` where that has no source."""
        source = self.sources.get(member)
        found = None if source is None else clip.labels.get(source.name)
        names = self.rename.get(member, {})
        if isinstance(found, str):
            return names.get(found, found)
        return [names.get(one, one) for one in found] if isinstance(found, Collection) else found

    def group(self, member: str, clip: Clip) -> str | None:
        """Return the group that the source keeps apart, without the data set's name."""
        source = self.sources.get(member)
        own = source.group if source is not None else None
        return clip.groups.get(own) if own else clip.group


def merged(name: str, options: UnionTask, members: Mapping[str, Dataset]) -> Merged:
    """Return a task of a union of data sets. Raises DataError where the sources do not make one."""
    where = f"union, task {name!r}"
    sources = _sources(where, name, options, members)
    classes = {member: _classes(where, member, task, options) for member, task in sources.items()}
    together = tuple(dict.fromkeys(chain.from_iterable(classes.values())))
    if options.kind == "binary" and len(together) != 2:
        told = ", ".join(f"{member} {list(one)}" for member, one in classes.items())
        raise DataError(f"{where}: a binary task has two classes, the same everywhere; found {told}")
    task = Task(
        name=name,
        kind=options.kind,
        classes=None if options.kind == "regression" else together,
        group=name if any(source.group for source in sources.values()) else None,
        metric=options.metric or _agreed({source.metric for source in sources.values()}),
        loss=options.loss or _agreed({source.loss for source in sources.values()}),
    )
    return Merged(task, sources, options.rename)


def _sources(where: str, name: str, options: UnionTask, members: Mapping[str, Dataset]) -> dict[str, Task]:
    tasks = {member: {task.name: task for task in dataset.tasks} for member, dataset in members.items()}
    wanted = options.from_ or {member: name for member, own in tasks.items() if name in own}
    if not wanted:
        told = "; ".join(f"{member} has {', '.join(own)}" for member, own in tasks.items())
        raise DataError(f"{where}: no data set has a task of this name ({told}); say which with `from`")
    sources = {}
    for member, short in wanted.items():
        if short not in tasks[member]:
            near = did_you_mean(short, tasks[member])
            raise DataError(
                f"{where}: data set {member!r} has no task {short!r}{near}; it has: {', '.join(tasks[member])}"
            )
        sources[member] = _fitting(where, member, tasks[member][short], options)
    return sources


def _fitting(where: str, member: str, source: Task, options: UnionTask) -> Task:
    if is_source(source.kind, options.kind):
        return source
    raise DataError(
        f"{where}: {member}/{source.name} is {source.kind}; it cannot be a source of a {options.kind} task"
    )


def _classes(where: str, member: str, source: Task, options: UnionTask) -> tuple[str, ...]:
    own, names = source.classes or (), options.rename.get(member, {})
    for theirs in names:
        if theirs not in own:
            raise DataError(
                f"{where}: rename: {member}/{source.name} has no class {theirs!r}{did_you_mean(theirs, own)}; "
                f"it has: {', '.join(own)}"
            )
    found = tuple(names.get(one, one) for one in own)
    if len(set(found)) < len(found):
        raise DataError(f"{where}: rename: two classes of {member}/{source.name} become one: {list(found)}")
    return found


def _agreed(found: set[str | None]) -> str | None:
    return found.pop() if len(found) == 1 else None
