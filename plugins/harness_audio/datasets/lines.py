"""Text files without a header, as corpora ship their lists and annotations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from harness.api import DataError
from harness_audio.datasets.table import Row


def read_text(path: Path) -> str:
    """Return a text file (UTF-8).

    Raises:
        DataError: no such file, or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8: {error}") from error


def read_lines(
    path: Path, columns: Sequence[str], *, separator: str | None = None, required: int | None = None
) -> list[Row]:
    """Return one row a line, its values named by ``columns``; empty lines are skipped.

    ``separator`` is a string, or ``None`` for any run of blanks. A line has all columns, or at least the
    first ``required``; what is left out is empty.

    Raises:
        DataError: no such file, not UTF-8, or a line with another number of values.
    """
    return [
        _row(f"{path}:{number}", line, columns, separator, len(columns) if required is None else required)
        for number, line in enumerate(read_text(path).splitlines(), start=1)
        if line.strip()
    ]


def number(where: str, what: str, text: str) -> float:
    """Return a finite number of 0 or more, with a decimal point or comma, or raise :class:`DataError`."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if math.isfinite(value) and value >= 0:
        return value
    raise DataError(f"{where}: {what} {text!r} is not a number, 0 or more")


def _row(where: str, line: str, columns: Sequence[str], separator: str | None, required: int) -> Row:
    values = [value.strip() for value in line.split(separator)]
    if not required <= len(values) <= len(columns):
        wanted = f"{required} to {len(columns)}" if required < len(columns) else str(required)
        raise DataError(f"{where}: {len(values)} values, {wanted} are expected: {', '.join(columns)}")
    values += [""] * (len(columns) - len(values))
    return Row(where, dict(zip(columns, values, strict=True)))
