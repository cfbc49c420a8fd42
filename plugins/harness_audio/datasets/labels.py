"""From the cells of a column to labels: classes, sets of classes, numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from typing import Any

from harness.api import DataError, Task, did_you_mean
from harness_audio.datasets.parameters import FolderTask
from harness_audio.datasets.table import LabelTable, Row


class LabelColumn:
    """One task's column of a labels file; an empty cell is no label.

    A multilabel cell that holds separators only is a clip with none of the classes. Classes are those found,
    sorted (:func:`class_order`), or those given; of a binary task the second one is positive, or the one
    given.
    """

    def __init__(self, name: str, options: FolderTask, table: LabelTable) -> None:
        self.options = options
        self.column = table.require(options.column or name, f"task {name!r}")
        group = options.group and table.require(options.group, f"group of task {name!r}")
        self.task = Task(
            name=name,
            kind=options.kind,
            classes=None if options.kind == "regression" else self._classes(name, table),
            group=group,
            metric=options.metric,
            loss=options.loss,
        )

    def label(self, row: Row) -> Any:
        """Return the row's label: a class, a tuple of classes, a number, or ``None``.

        Raises:
            DataError: a value that is no finite number (regression), or not among the classes.
        """
        cell = row[self.column]
        if cell == "":
            return None
        if self.task.kind == "regression":
            return self._number(row.where, cell)
        if self.task.kind == "multilabel":
            return tuple(self._known(row.where, value) for value in self._parts(cell))
        return self._known(row.where, cell)

    def _parts(self, cell: str) -> list[str]:
        return [part.strip() for part in cell.split(self.options.separator) if part.strip()]

    def _number(self, where: str, cell: str) -> float:
        try:
            number = float(cell)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
        raise DataError(
            f"{where}: {self.column} {cell!r} is not a finite number; leave it empty for no label"
        )

    def _known(self, where: str, value: str) -> str:
        return known_class(where, self.column, value, self.task.classes or ())

    def _classes(self, name: str, table: LabelTable) -> tuple[str, ...]:
        cells = [row[self.column] for row in table.rows]
        values = (part for cell in cells for part in self._parts(cell)) if self._multilabel else cells
        classes = self.options.classes or class_order(set(values) - {""})
        if self.options.kind != "binary":
            return classes
        if len(classes) != 2:
            found = ", ".join(classes[:10]) or "none"
            raise DataError(
                f"{table.path}: task {name!r} is binary, but {self.column} has {len(classes)} classes "
                f"({found}); two are allowed; set the task's kind or classes"
            )
        return self._positive_last(name, table, classes)

    @property
    def _multilabel(self) -> bool:
        return self.options.kind == "multilabel"

    def _positive_last(self, name: str, table: LabelTable, classes: tuple[str, ...]) -> tuple[str, ...]:
        positive = self.options.positive
        if positive is None:
            return classes
        if positive not in classes:
            raise DataError(
                f"{table.path}: task {name!r}: positive {positive!r} is not a class"
                f"{did_you_mean(positive, classes)}; classes: {', '.join(classes)}"
            )
        return (*(value for value in classes if value != positive), positive)


def known_class(where: str, what: str, value: str, classes: Collection[str]) -> str:
    """Return ``value``, which is one of ``classes``, or raise :class:`DataError`; ``what`` names the column."""
    if value in classes:
        return value
    near = did_you_mean(value, classes)
    raise DataError(f"{where}: {what} {value!r} is not a class{near}; classes: {', '.join(classes)}")


def class_order(values: Iterable[str]) -> tuple[str, ...]:
    """Sort classes: as numbers if all are, else as text in which digits count as numbers (a2 before a10)."""
    values = sorted(values)
    try:
        numbers = [float(value) for value in values]
    except ValueError:
        numbers = [math.nan]
    if all(math.isfinite(number) for number in numbers):
        return tuple(sorted(values, key=float))
    return tuple(sorted(values, key=_natural))


def _natural(text: str) -> list[str | int]:
    """Split "gm10b" into ["gm", 10, "b"]; text and numbers take turns, so that two keys can be compared."""
    return [int(part) if place % 2 else part for place, part in enumerate(re.split(r"([0-9]+)", text))]
