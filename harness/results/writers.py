"""Writes result tables as Parquet: checked against the schemas, atomic, with pandas' nullable types."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from harness.errors import HarnessError, did_you_mean
from harness.results.schemas import TABLES, Table

Rows = pd.DataFrame | Sequence[Mapping[str, Any]]

#: Columns that say what a row belongs to; a table that has them in its schema must be given them.
IDENTITIES = ("study_id", "cell_id", "run_id", "task")


def write_tables(directory: Path, tables: Mapping[str, Rows]) -> None:
    """Write ``tables/<name>.parquet`` under ``directory`` for every table given.

    Rows come as a DataFrame or as a list of mappings. Columns that are left out become null, except those
    that say what a row belongs to. NaN is written as null; times may be given as datetimes or ISO text (UTC).

    Raises:
        HarnessError: an unknown table or column, a missing identity, or a value that does not fit its
        column's type.
    """
    checked = {name: to_arrow(name, rows) for name, rows in tables.items()}
    folder = Path(directory) / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in checked.items():
        _write_atomically(table, folder / f"{name}.parquet")


def to_arrow(name: str, rows: Rows) -> pa.Table:
    """Return the rows as an Arrow table with exactly the columns of the schema, and any ``params_*``."""
    if name not in TABLES:
        raise HarnessError(
            f"unknown table {name!r}{did_you_mean(name, TABLES)}; allowed: {', '.join(TABLES)}"
        )
    table = TABLES[name]
    given = _columns(rows)
    _check_names(table, list(given), empty=len(rows) == 0)
    arrays = [_array(given.get(f.name, [None] * len(rows)), f.type, f"{name}.{f.name}") for f in table.schema]
    fields = list(table.schema)
    for column in _params(table, given):
        arrays.append(_param_array(given[column]))
        fields.append(pa.field(column, arrays[-1].type, metadata={"meaning": "hyperparameter", "unit": ""}))
    schema = pa.schema(fields)
    return pa.table(arrays, schema=schema.with_metadata(_pandas_metadata(schema)))


def pandas_type(arrow: pa.DataType) -> Any:
    """Return the nullable pandas dtype of an Arrow type, or ``None`` where pandas' own choice is right."""
    if pa.types.is_integer(arrow):
        return pd.Int64Dtype()
    return pd.BooleanDtype() if pa.types.is_boolean(arrow) else None


def _columns(rows: Rows) -> dict[str, Any]:
    if isinstance(rows, pd.DataFrame):
        return {str(name): rows[name] for name in rows.columns}
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _params(table: Table, names: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in names if name.startswith("params_")) if table.params else []


def _check_names(table: Table, names: Sequence[str], *, empty: bool) -> None:
    allowed = [column.name for column in table.columns]
    for name in names:
        if name not in allowed and not (table.params and name.startswith("params_")):
            near = did_you_mean(name, allowed)
            raise HarnessError(
                f"table {table.name!r} has no column {name!r}{near}; allowed: {', '.join(allowed)}"
            )
    missing = [name for name in IDENTITIES if name in allowed and name not in names]
    if missing and not empty:
        raise HarnessError(f"table {table.name!r} needs the column {missing[0]!r}; found: {', '.join(names)}")


def _array(values: Any, arrow: pa.DataType, where: str) -> pa.Array:
    try:
        if pa.types.is_timestamp(arrow):
            values = pd.Series(
                pd.to_datetime(pd.Series(list(values), dtype=object), utc=True, format="ISO8601")
            )
        array = pa.array(values, type=arrow, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise HarnessError(f"column {where} must be {arrow}: {error}") from error
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _param_array(values: Any) -> pa.Array:
    """Numbers stay numbers and booleans booleans; a column of several kinds is written as text."""
    plain = [None if value is None or value is pd.NA or value != value else value for value in values]
    kinds = {type(value) for value in plain if value is not None}
    if not kinds:
        return pa.array(plain, type=pa.string())
    if len(kinds) > 1 and not kinds <= {int, float}:
        plain = [None if value is None else str(value) for value in plain]
    elif kinds == {int, float}:
        plain = [None if value is None else float(value) for value in plain]
    return pa.array(plain, from_pandas=True)


def _pandas_metadata(schema: pa.Schema) -> dict[bytes, bytes]:
    """What makes ``pd.read_parquet`` restore nullable integers and booleans."""
    empty = schema.empty_table().to_pandas(types_mapper=pandas_type)
    return pa.Table.from_pandas(empty, schema=schema, preserve_index=False).schema.metadata or {}


def _write_atomically(table: pa.Table, path: Path) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            pq.write_table(table, stream, compression="zstd")
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
