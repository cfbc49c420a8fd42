"""Reads CSV and Parquet files, and finds columns in them; mistakes are told with what was found."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from harness.errors import DataError, HarnessError, did_you_mean
from harness.exit_codes import ExitCode

#: What the column of partners is called, in the order in which it is looked for.
PARTNER_NAMES = ("partner", "aux", "auxiliary", "partners")


class ColumnError(HarnessError):
    """The command line names a column that the file does not have."""

    exit_code = ExitCode.USAGE


def read_frame(path: Path) -> pd.DataFrame:
    """Return a CSV file (lines that begin with ``#`` are left out) or a Parquet file (``.parquet``, ``.pq``).

    Raises:
        DataError: there is no such file, it cannot be read, or it has no rows.
    """
    if not path.is_file():
        raise DataError(
            f"{path} should be a CSV or Parquet file; found {'a directory' if path.is_dir() else 'nothing'}"
        )
    try:
        frame = pd.read_parquet(path) if path.suffix in (".parquet", ".pq") else _csv(path)
    except (ValueError, OSError) as error:  # pandas' parser errors and pyarrow's are ValueErrors
        raise DataError(f"{path} cannot be read: {error}") from error
    if frame.empty:
        raise DataError(f"{path} has no rows; its columns are {', '.join(map(str, frame.columns)) or 'none'}")
    return frame


def _csv(path: Path) -> pd.DataFrame:
    with path.open(encoding="utf-8-sig") as stream:
        skipped = next((k for k, line in enumerate(stream) if not line.startswith("#")), 0)
    return pd.read_csv(path, skiprows=skipped, encoding="utf-8-sig")


def column(frame: pd.DataFrame, name: str, path: Path, what: str) -> str:
    """Return ``name``, a column of the frame.

    Raises:
        ColumnError: the file has no such column.
    """
    if name not in frame.columns:
        near = did_you_mean(name, frame.columns)
        raise ColumnError(f"{path} has no column {name!r} ({what}){near}; it has: {', '.join(frame.columns)}")
    return name


def partner_column(frame: pd.DataFrame, name: str | None, path: Path) -> str:
    """Return the column of partners: the one named, or the first of the usual names that is there."""
    if name is not None:
        return column(frame, name, path, "the partner task")
    found = next((usual for usual in PARTNER_NAMES if usual in frame.columns), None)
    if found is None:
        raise ColumnError(
            f"{path} has no column of partner tasks: looked for {', '.join(PARTNER_NAMES)}; it has:"
            f" {', '.join(frame.columns)}; name one with --partner"
        )
    return found


def numeric(frame: pd.DataFrame, without: Iterable[str] = ()) -> list[str]:
    """Return the names of the numeric columns."""
    left_out = set(without)
    return [str(c) for c in frame.select_dtypes("number").columns if c not in left_out]


def matching(names: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """Return the names that match any pattern (``*``, ``?``), in their own order; all without patterns."""
    return [name for name in names if not patterns or any(fnmatch.fnmatchcase(name, p) for p in patterns)]
