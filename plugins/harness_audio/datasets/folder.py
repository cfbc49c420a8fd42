"""Any directory with audio files and a ``labels.csv``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import PurePosixPath

from harness.api import Clip, DataError, Dataset, DatasetContext, Task, did_you_mean, resolve_directory
from harness_audio.datasets.labels import LabelColumn
from harness_audio.datasets.left_out import leave_out
from harness_audio.datasets.parameters import FolderParameters
from harness_audio.datasets.paths import inside
from harness_audio.datasets.source import read_source
from harness_audio.datasets.table import Row, read_table

_SPLITS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}


class Folder(Dataset):
    """Clips of the files that a labels file names; its columns that ``tasks`` chooses are the tasks.

    A clip's id is its file's path in the directory, with ``#start-end`` where it has times. Licence and
    citation are the lines ``- Licence: …`` and ``- Citation: …`` of a ``SOURCE.md`` in the directory.

    Raises:
        DataError: no directory, no tasks, a column that is not there, a file outside the directory, a value
        that is no
            class, number, time or split of the columns used. The message names the file and the line.
    """

    def __init__(self, parameters: FolderParameters, context: DatasetContext) -> None:
        self.parameters = parameters
        self.directory = resolve_directory(parameters.path, context.root, "folder")
        self.table = leave_out(read_table(self.directory / parameters.labels), parameters)
        if not parameters.tasks:
            raise DataError(
                f"folder {parameters.path!r}: no tasks are given; say which columns of {self.table.path} are "
                "labels, as in tasks: {name: multiclass}. Columns and their number of distinct values: "
                f"{self.table.describe()}"
            )
        self.columns = [LabelColumn(name, task, self.table) for name, task in parameters.tasks.items()]
        self.file = self.table.require(parameters.file, "file")
        self.optional = {
            name: self._optional(name) for name in ("group", "fold", "split", "start_s", "end_s")
        }
        source = read_source(self.directory)
        self.licence = source.get("licence", source.get("license", "unknown"))
        self.citation = source.get("citation", "")
        self.domain = parameters.domain

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks, in the order of the parameters."""
        return tuple(column.task for column in self.columns)

    def clips(self) -> Iterator[Clip]:
        """Iterate one clip a row, in the order of the file."""
        return (self._clip(row) for row in self.table.rows)

    def _optional(self, name: str) -> str | None:
        """Return the column for ``name``: none where it is switched off or the default is not there."""
        column: str | None = getattr(self.parameters, name)
        default = FolderParameters.model_fields[name].default
        if column is None or (column == default and column not in self.table.columns):
            return None
        return self.table.require(column, name)

    def _clip(self, row: Row) -> Clip:
        path = inside(self.directory, row[self.file], row.where)
        labels = {column.task.name: column.label(row) for column in self.columns}
        start, end = self._cell(row, "start_s"), self._cell(row, "end_s")
        times = f"#{start or ''}-{end or ''}" if start or end else ""
        self._check_groups(row)
        return Clip(
            id=f"{PurePosixPath(row[self.file])}{times}",
            labels=labels,
            path=path,
            start_s=_time(row.where, "start_s", start),
            end_s=_time(row.where, "end_s", end),
            sample_rate=self.parameters.sample_rate,
            group=self._cell(row, "group"),
            groups={task.group: row[task.group] for task in self.tasks if task.group and row[task.group]},
            fold=self._cell(row, "fold"),
            split=_split(row.where, self._cell(row, "split")),
        )

    def _cell(self, row: Row, name: str) -> str | None:
        column = self.optional[name]
        return (row[column] or None) if column else None

    def _check_groups(self, row: Row) -> None:
        """Refuse a labelled clip of unknown group: it could stand on both sides of a split."""
        for column in self.columns:
            group = column.task.group or self.optional["group"]
            if group and not row[group] and row[column.column]:
                raise DataError(
                    f"{row.where}: the clip has a label of {column.task.name!r} but an empty {group!r}, "
                    "which keeps the splits apart; fill it in, clear the label, or set group to another "
                    "column or null"
                )


def _time(where: str, name: str, cell: str | None) -> float | None:
    if cell is None:
        return None
    try:
        seconds = float(cell)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds >= 0):
        raise DataError(f"{where}: {name} {cell!r} is not a time in seconds, 0 or more")
    return seconds


def _split(where: str, cell: str | None) -> str | None:
    if cell is None:
        return None
    if cell.lower() in _SPLITS:
        return _SPLITS[cell.lower()]
    raise DataError(
        f"{where}: split {cell!r}{did_you_mean(cell, _SPLITS)} is not one of {', '.join(_SPLITS)}; "
        "set split to null if the column is something else"
    )
