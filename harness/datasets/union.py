"""One task in several data sets: their clips together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import quote

from harness.data.listing import SPLITS
from harness.datasets.merged import Merged, merged
from harness.datasets.parameters import Member, UnionParameters
from harness.errors import DataError
from harness.nesting import checked_by_own_model, own_parameters
from harness.plugins import load_registry
from harness.records import Clip, Dataset, DatasetContext, Task


class Union(Dataset):
    """The clips of the data sets ``of``, one after the other, with tasks that several of them share.

    A task takes its labels ``from`` a task of each of several data sets: classes are merged by their names (after
    ``rename``), in the order in which they come first; a binary source of a multiclass task gives its two. Clips of a
    data set without a source have no label. In a multilabel task, a class that a data set does not know counts as
    absent there. Clip ids and groups begin with the data set's name in the union, ``a/…``, so that they never collide;
    one speaker in two data sets is two groups. A task of which a source keeps another group apart (its own ``group``
    column) has that group there, and the clip's elsewhere. Clips that are in two data sets are one content, which
    splits keep together as they do for any data set. Official folds are kept where all data sets have the same ones,
    official splits where all have both train and test; otherwise there are none.

    Raises:
        DataError: a source is not there, or its kind or classes are not those of the task; the message names both.
    """

    def __init__(self, parameters: UnionParameters, context: DatasetContext) -> None:
        self.members = {member.as_: _built(member, context) for member in parameters.of}
        self.merged = {name: merged(name, task, self.members) for name, task in parameters.tasks.items()}
        self.licence = "; ".join(dict.fromkeys(member.licence for member in self.members.values()))
        self.citation = "; ".join(dict.fromkeys(m.citation for m in self.members.values() if m.citation))
        domains = {member.domain for member in self.members.values()}
        self.domain = domains.pop() if len(domains) == 1 else ""

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks, in the order of the parameters."""
        return tuple(one.task for one in self.merged.values())

    def clips(self) -> Iterator[Clip]:
        """Iterate the clips of the first data set, then those of the second, and so on."""
        folds, splits = self._official
        for name, member in self.members.items():
            for clip in member.clips():
                yield replace(
                    clip,
                    id=f"{name}/{clip.id}",
                    labels={task: one.label(name, clip) for task, one in self.merged.items()},
                    group=_prefixed(name, clip.group),
                    groups=self._groups(name, clip),
                    fold=clip.fold if folds else None,
                    split=clip.split if splits else None,
                )

    def _groups(self, member: str, clip: Clip) -> dict[str, Any]:
        own: dict[str, Merged] = {one.task.group: one for one in self.merged.values() if one.task.group}
        return {column: _prefixed(member, one.group(member, clip)) for column, one in own.items()}

    @cached_property
    def _official(self) -> tuple[bool, bool]:
        """Return whether official folds, and whether official splits, are kept."""
        folds, splits = [], []
        for member in self.members.values():
            found = [(clip.fold, SPLITS.get(clip.split or "")) for clip in member.clips()]
            folds.append({fold for fold, _ in found if fold is not None})
            splits.append({split for _, split in found})
        same = all(one and one == folds[0] for one in folds)
        return same, all({"train", "test"} <= one for one in splits)


def _prefixed(member: str, group: str | None) -> str | None:
    return None if group is None else f"{member}/{group}"


def _built(member: Member, context: DatasetContext) -> Dataset:
    entry = load_registry().get("dataset", member.use)
    own = own_parameters(member.model_dump(mode="json", by_alias=True), UnionParameters.nested["of"])
    checked = checked_by_own_model(entry, own, f"union, data set {member.as_!r} ({member.use})")
    folder = context.cache_dir.parent / quote(member.use, safe="")
    try:
        dataset: Dataset = entry.component.build(checked, replace(context, cache_dir=folder))
    except DataError as error:
        raise DataError(f"union, data set {member.as_!r}: {error}") from error
    return dataset
