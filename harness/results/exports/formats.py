"""One table as CSV, JSON lines or Parquet."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

#: Rows that are turned to text at a time.
CHUNK = 50_000


def write_csv(table: pa.Table, path: Path) -> None:
    """Write UTF-8 CSV: text in quotes, null as nothing at all, lists as JSON text, times as ISO 8601."""
    plain = pa.table({name: _as_text(table[name]) for name in table.column_names})
    pcsv.write_csv(plain, str(path), pcsv.WriteOptions(quoting_style="needed"))


def write_jsonl(table: pa.Table, path: Path) -> None:
    """Write one JSON object a row; null stays null, an infinite number is ``"INF"`` or ``"-INF"``."""
    with path.open("w", encoding="utf-8") as stream:
        for batch in table.to_batches(max_chunksize=CHUNK):
            for row in batch.to_pylist():
                plain = {name: _plain(value) for name, value in row.items()}
                stream.write(json.dumps(plain, ensure_ascii=False, allow_nan=False) + "\n")


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write Parquet as the study has it."""
    pq.write_table(table, path, compression="zstd")


#: Formats: what writes them, and their media types.
FORMATS: dict[str, Callable[[pa.Table, Path], None]] = {
    "csv": write_csv,
    "parquet": write_parquet,
    "jsonl": write_jsonl,
}
MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet", "jsonl": "application/jsonl"}


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """Return lists as JSON and times as ISO 8601; other columns as they are."""
    if pa.types.is_list(column.type):
        return pa.array(
            [None if value is None else _json(value) for value in column.to_pylist()], pa.string()
        )
    if pa.types.is_timestamp(column.type):
        return pa.array([None if value is None else _iso(value) for value in column.to_pylist()], pa.string())
    return column


def _json(values: list[Any]) -> str:
    return json.dumps([_plain(value) for value in values], ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "INF" if value > 0 else "-INF"
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return _iso(value) if hasattr(value, "isoformat") else value


def _iso(value: Any) -> str:
    return str(value.isoformat()).replace("+00:00", "Z")
