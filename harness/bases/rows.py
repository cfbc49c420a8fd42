"""What readers of corpora share: rows of a CSV file, each with its line, and where the directory is."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from harness.errors import DataError


def read_rows(path: Path, required: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    """Return ``(where, {column: text})`` for each row of a CSV file (UTF-8, comma, first line the columns).

    Raises:
        DataError: no such file, not UTF-8, not CSV, a required column missing, a row of another length, no rows.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            found = [(f"{path}:{reader.line_num}", row) for row in reader]
            columns = list(reader.fieldnames or ())
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} is not CSV in UTF-8: {error}") from error
    missing = [name for name in required if name not in columns]
    if missing:
        raise DataError(
            f"{path}:1: no column {', '.join(missing)}; found: {', '.join(columns) or 'nothing'}; "
            f"needed: {', '.join(required)}"
        )
    if not found:
        raise DataError(f"{path} has no rows: the data set is empty")
    return [(where, _whole(where, row, len(columns))) for where, row in found]


def resolve_directory(path: str, root: Path | None, what: str) -> Path:
    """Return the absolute directory; a relative path starts at ``root``, or where the command was started.

    Raises:
        DataError: there is no such directory.
    """
    start = Path.cwd() if root is None else root
    directory = (start / Path(path).expanduser()).resolve()
    if directory.is_dir():
        return directory
    found = "is not a directory" if directory.exists() else "does not exist"
    raise DataError(
        f"{what} {path!r}: {directory} {found}; relative paths start at {start.resolve()} "
        "(--data-root DIR, or data.root in the study file, sets it)"
    )


def _whole(where: str, row: dict[str, str], columns: int) -> dict[str, str]:
    values = [value for name, value in row.items() if name is not None and value is not None]
    if len(values) != columns or None in row:
        extra = row.get(None, ())  # type: ignore[call-overload]
        raise DataError(f"{where}: {len(values) + len(extra)} values for {columns} columns")
    return {name: value.strip() for name, value in row.items()}
