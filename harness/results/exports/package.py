"""``datapackage.json``: what every file and column is, as the Frictionless Data Package standard has it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from harness.results.exports.formats import MEDIA
from harness.results.schemas import TABLES

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
#: How nulls are told from empty text, by format.
NULLS = {
    "csv": 'Text is in quotes: nothing at all is null, "" is empty text. Lists are JSON text.',
    "jsonl": 'null is null; an infinite number is "INF" or "-INF".',
    "parquet": "Arrow's nulls and lists.",
}


def data_package(
    study: Mapping[str, Any], cells: str, tables: Mapping[str, pa.Table], format_: str
) -> dict[str, Any]:
    """Return the description of exported tables. ``study`` is the row of the table ``study``; ``cells`` says how many
    are done.
    """
    name = re.sub(r"[^a-z0-9._-]+", "-", str(study["name"]).lower())
    return {
        "$schema": PROFILE,
        "name": name,
        "id": study["study_id"],
        "title": f"Tables of the study {study['name']}",
        "description": f"{cells}. {NULLS[format_]}",
        "created": _created(study),
        "version": study.get("harness_version"),
        "resources": [_resource(table, one, format_) for table, one in tables.items()],
    }


def _created(study: Mapping[str, Any]) -> str | None:
    time = study.get("finished_at_utc") or study.get("started_at_utc")
    return None if time is None else str(time.isoformat()).replace("+00:00", "Z")


def _resource(name: str, table: pa.Table, format_: str) -> dict[str, Any]:
    known = TABLES.get(name)
    entry: dict[str, Any] = {
        "name": name,
        "type": "table",
        "path": f"{name}.{format_}",
        "format": format_,
        "mediatype": MEDIA[format_],
        "description": f"One row is {known.row}." if known else "",
        "rows": table.num_rows,
    }
    if format_ != "parquet":
        entry["encoding"] = "utf-8"
    return entry | {"schema": {"fields": _fields(name, table.schema), "missingValues": [""]}}


def _fields(name: str, schema: pa.Schema) -> Sequence[dict[str, Any]]:
    known = {column.name: column for column in TABLES[name].columns} if name in TABLES else {}
    return [_field(field, known.get(field.name)) for field in schema]


def _field(field: pa.Field, known: Any) -> dict[str, Any]:
    said = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
    meaning = known.meaning if known else said.get("meaning", "")
    unit = known.unit if known else said.get("unit", "")
    found = {"name": field.name, "type": field_type(field.type), "description": meaning}
    return found | ({"unit": unit} if unit else {})


def field_type(arrow: pa.DataType) -> str:
    """Return the standard's word for an Arrow type."""
    kinds = {
        "string": pa.types.is_string,
        "integer": pa.types.is_integer,
        "number": pa.types.is_floating,
        "boolean": pa.types.is_boolean,
        "datetime": pa.types.is_timestamp,
        "array": pa.types.is_list,
    }
    return next((name for name, holds in kinds.items() if holds(arrow)), "any")
