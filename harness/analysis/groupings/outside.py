"""Gains from a CSV or Parquet file: columns main, partner (or partners, aux) and a gain."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from harness.analysis.groupings.source import Source
from harness.analysis.outside.read import ColumnError, partner_column, read_frame
from harness.analysis.outside.read import column as column_of
from harness.errors import DataError, did_you_mean

#: What joins several partners in one text.
JOINED = "+"


def of_file(path: Path, gain: str | None = None) -> Source:
    """Return the gains of a file. Lines that start with ``#`` are comments.

    ``gain`` names the column of gains (default ``gain``). Several partners stand as a list, or as text joined by
    ``+``. Rows without a gain, and placebos, are left out; gains of the same main and partners are averaged.

    Raises:
        DataError: the file cannot be read, or has no gain.
        ColumnError: it lacks a column.
    """
    frame = read_frame(path)
    column = _column(path, frame, gain or "gain", hint="; name one with --gain" if gain is None else "")
    partners = partner_column(frame, None, path)
    column_of(frame, "main", path, "the main task")
    if "placebo" in frame:
        frame = frame[~frame["placebo"].fillna(False).astype(bool)]
    rows = pd.DataFrame(
        {
            "main": frame["main"].astype(str),
            "partners": frame[partners].map(_partners),
            "gain": pd.to_numeric(frame[column], errors="coerce").astype(float),
        }
    )
    rows = rows[np.isfinite(rows["gain"]) & (rows["partners"].map(len) > 0)]
    if rows.empty:
        raise DataError(f"{path} has no finite number in its column {column!r}")
    gains = rows.groupby(["main", "partners"], as_index=False, sort=False)["gain"].mean()
    predicted = "ci_low" in frame and "kind" in frame
    return Source(path.stem, gains.assign(predicted=predicted), None, frozenset(), column, ())


def _column(path: Path, frame: pd.DataFrame, wanted: str, hint: str) -> str:
    if wanted in frame:
        return wanted
    numbers = [str(name) for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])]
    near = did_you_mean(wanted, numbers)
    raise ColumnError(
        f"{path} has no column {wanted!r}{near}; columns of numbers: {', '.join(numbers) or 'none'}{hint}"
    )


def _partners(found: object) -> frozenset[str]:
    parts = found.split(JOINED) if isinstance(found, str) else found
    if not isinstance(parts, Iterable):
        return frozenset()
    return frozenset(str(part).strip() for part in parts)
