"""A labels file: rows of text, each with its line, and errors that say where."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.api import DataError, did_you_mean

if TYPE_CHECKING:
    import _csv


@dataclass(frozen=True)
class Row:
    """One row: ``cells`` by column, without surrounding spaces; ``where`` is file and line."""

    where: str
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


@dataclass(frozen=True)
class LabelTable:
    """The columns, and the rows in the order of the file."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def require(self, column: str, what: str) -> str:
        """Return the column's name, or raise :class:`DataError` without it; ``what`` says who asks."""
        if column in self.columns:
            return column
        near = did_you_mean(column, self.columns)
        raise DataError(
            f"{self.path}: {what}: no column {column!r}{near}; columns: {', '.join(self.columns)}"
        )

    def describe(self) -> str:
        """Return the columns, each with the number of its distinct values (empty cells do not count)."""
        distinct = {name: len({row[name] for row in self.rows} - {""}) for name in self.columns}
        return ", ".join(f"{name} ({count})" for name, count in distinct.items())


def read_table(path: Path) -> LabelTable:
    """Read a CSV file (UTF-8, comma, first line the columns); every value stays the text that it is.

    Raises:
        DataError: no such file, not UTF-8, not CSV, a column twice or without a name, a row of another
        length, no rows.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return _read(path, csv.reader(file, strict=True))
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8: {error}") from error
    except csv.Error as error:
        raise DataError(f"{path} is not CSV: {error}") from error


def _read(path: Path, reader: _csv.Reader) -> LabelTable:
    columns = tuple(name.strip() for name in next(reader, []))
    if not all(columns) or len(set(columns)) < len(columns) or not columns:
        found = ", ".join(columns) or "nothing"
        raise DataError(f"{path}:1: the first line names the columns, each once; found: {found}")
    rows = []
    for values in reader:
        where = f"{path}:{reader.line_num}"
        if values and len(values) != len(columns):
            raise DataError(f"{where}: {len(values)} values for {len(columns)} columns")
        if values:
            rows.append(Row(where, {name: value.strip() for name, value in zip(columns, values)}))
    if not rows:
        raise DataError(f"{path} has no rows: the data set is empty")
    return LabelTable(path, columns, tuple(rows))
