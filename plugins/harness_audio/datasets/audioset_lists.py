"""The lists of AudioSet: segments and labels."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from harness.api import DataError
from harness_audio.datasets.lines import number, read_text
from harness_audio.datasets.table import read_table

_COLUMNS = ("YTID", "start_seconds", "end_seconds", "positive_labels")


@dataclass(frozen=True)
class Segment:
    """One line of a list of segments; ``labels`` are names, in the order of the line."""

    where: str
    ytid: str
    start_s: float
    end_s: float
    labels: tuple[str, ...]

    def file(self, name: str) -> str:
        """Return the file name that a pattern gives: see :class:`AudioSetParameters`."""
        return name.format(
            ytid=self.ytid,
            start=f"{self.start_s:.0f}",
            end=f"{self.end_s:.0f}",
            start_ms=f"{1000 * self.start_s:.0f}",
            end_ms=f"{1000 * self.end_s:.0f}",
        )


def read_labels(path: Path) -> dict[str, str]:
    """Return label identifier to name, in the order of ``class_labels_indices.csv`` (index, mid, display_name).

    Raises:
        DataError: no such file, or columns of other names.
    """
    table = read_table(path)
    for column in ("mid", "display_name"):
        table.require(column, "audioset")
    return {row["mid"]: row["display_name"] for row in table.rows}


def read_segments(path: Path, names: dict[str, str]) -> list[Segment]:
    """Return the segments of a list: lines that start with "#" are comments, a space may follow a comma.

    Raises:
        DataError: no such file, a line of another number of values, times that are none, an unknown label.
    """
    return [
        _segment(f"{path}:{line}", text, names)
        for line, text in enumerate(read_text(path).splitlines(), start=1)
        if text.strip() and not text.startswith("#")
    ]


def _segment(where: str, text: str, names: dict[str, str]) -> Segment:
    try:
        (values,) = csv.reader([text], skipinitialspace=True, strict=True)
    except csv.Error as error:
        raise DataError(f"{where} is not CSV: {error}") from error
    if len(values) != len(_COLUMNS):
        raise DataError(f"{where}: {len(values)} values for {len(_COLUMNS)} columns: {', '.join(_COLUMNS)}")
    ytid, start, end, labels = (value.strip() for value in values)
    start_s, end_s = number(where, "start_seconds", start), number(where, "end_seconds", end)
    if end_s <= start_s:
        raise DataError(f"{where}: end_seconds {end_s:g} is not after start_seconds {start_s:g}")
    return Segment(where, ytid, start_s, end_s, tuple(_name(where, mid, names) for mid in labels.split(",")))


def _name(where: str, mid: str, names: dict[str, str]) -> str:
    if mid.strip() in names:
        return names[mid.strip()]
    raise DataError(f"{where}: label {mid.strip()!r} is not in the table of labels ({len(names)} labels)")
