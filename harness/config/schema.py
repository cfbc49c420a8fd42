"""What a pydantic model allows at a place inside it, from its JSON schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]


def allowed_keys(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """Return the keys that the mapping at ``loc`` of a model may have."""
    keys: dict[str, None] = {}
    for branch in _at(model, loc):
        keys |= dict.fromkeys(branch.get("properties", {}))
    return list(keys)


def description(model: type[BaseModel], loc: Sequence[str | int]) -> str:
    """Return the description of the field at ``loc`` of a model, or an empty string."""
    for branch in _at(model, loc[:-1]):
        field = branch.get("properties", {}).get(str(loc[-1]), {})
        if "description" in field:
            return str(field["description"])
    return ""


@cache
def _schema(model: type[BaseModel]) -> Schema:
    return model.model_json_schema(by_alias=True)


def _at(model: type[BaseModel], loc: Sequence[str | int]) -> list[Schema]:
    """Return every schema that may apply at ``loc``; parts that fit nothing (a union branch) are skipped."""
    root = _schema(model)
    current = list(_branches(root, root))
    for part in loc:
        found = [branch for schema in current for branch in _children(schema, part, root)]
        current = found or current
    return current


def _branches(schema: Schema, root: Schema) -> Iterator[Schema]:
    if "$ref" in schema:
        yield from _branches(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    for key in ("anyOf", "oneOf", "allOf"):
        for option in schema.get(key, []):
            yield from _branches(option, root)
    yield schema


def _children(schema: Schema, part: str | int, root: Schema) -> Iterator[Schema]:
    if isinstance(part, int):
        prefix = schema.get("prefixItems", [])
        child = prefix[part] if part < len(prefix) else schema.get("items")
    else:
        child = schema.get("properties", {}).get(part, schema.get("additionalProperties"))
    if isinstance(child, dict):
        yield from _branches(child, root)
