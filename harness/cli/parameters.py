"""A component's parameters as rows: name, type, default, description."""

from __future__ import annotations

import json
from typing import Any

from harness.records import Component

Schema = dict[str, Any]
BOUNDS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
    "minLength": "at least {} characters",
    "minItems": "at least {} entries",
}
#: The bounds of a list of fixed length say nothing that the types of its entries do not.
TYPES = {"array": "list", "object": "mapping", "string": "text"}


def parameter_rows(component: Component) -> list[dict[str, Any]]:
    """Return one row a parameter; ``default`` is absent where the parameter is ``required``."""
    schema = component.parameters.model_json_schema(by_alias=True)
    required = set(schema.get("required", ()))
    return [
        _row(name, field, name in required, schema) for name, field in schema.get("properties", {}).items()
    ]


def _row(name: str, field: Schema, required: bool, root: Schema) -> dict[str, Any]:
    default = {} if required else {"default": field.get("default")}
    return {
        "name": name,
        "type": type_text(field, root),
        **default,
        "required": required,
        "description": field.get("description", ""),
    }


def type_text(field: Schema, root: Schema) -> str:
    """Return the type and bounds of a JSON schema in words: ``number > 0 or null``."""
    if "$ref" in field:
        field = root["$defs"][field["$ref"].rpartition("/")[2]] | {
            k: v for k, v in field.items() if k != "$ref"
        }
    for key in ("anyOf", "oneOf"):
        if key in field:
            return " or ".join(dict.fromkeys(type_text(option, root) for option in field[key]))
    if "enum" in field or "const" in field:
        return " or ".join(json.dumps(value) for value in field.get("enum", [field.get("const")]))
    return " ".join([_base(field, root), *_bounds(field)])


def _base(field: Schema, root: Schema) -> str:
    kind = field.get("type", "any value")
    if "prefixItems" in field:
        return f"[{', '.join(type_text(item, root) for item in field['prefixItems'])}]"
    if kind == "array" and isinstance(field.get("items"), dict) and field["items"]:
        return f"list of {type_text(field['items'], root)}"
    if kind == "object" and isinstance(field.get("additionalProperties"), dict):
        return f"mapping of name to {type_text(field['additionalProperties'], root)}"
    if kind == "object" and "properties" in field:
        return f"mapping with {', '.join(field['properties'])}"
    return TYPES.get(kind, str(kind))


def _bounds(field: Schema) -> list[str]:
    if "prefixItems" in field:
        return []
    return [text.format(field[key]) for key, text in BOUNDS.items() if key in field]
