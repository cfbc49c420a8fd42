"""Every key that a study file may have, from the pydantic models that check it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from harness.cli.parameters import type_text
from harness.config.section import Section
from harness.reference.text import flow

#: What stands in the file in place of a model, in words.
WORDS = {"ComponentUse": "component", "DatasetUse": "data set", "Distribution": "distribution"}
#: A field whose entries stand beside the other keys, and what the page calls them.
OPEN = {"parameters": "every other key"}


@dataclass(frozen=True)
class Key:
    """A key: its dotted name, type, default (``None``: required), meaning, and an example of its value."""

    name: str
    type: str
    default: str | None
    meaning: str
    example: Any


def keys(model: type[BaseModel], prefix: str = "") -> list[Key]:
    """Return the keys of a section, those of plain subsections included, with dotted names."""
    return list(_keys(model, prefix))


def _keys(model: type[BaseModel], prefix: str) -> Iterator[Key]:
    schema = _schema(model)
    for name, field in model.model_fields.items():
        shown = prefix + OPEN.get(name, field.alias or name)
        inner = section_of(field)
        if inner is None or (not field.is_required() and field.default is None):
            kind = type_text(schema["properties"][field.alias or name], schema)
            yield Key(shown, kind, _default(field), field.description or "", example(field))
        if inner is not None:
            yield from _keys(inner, f"{shown}.")


def section_of(field: FieldInfo) -> type[Section] | None:
    """Return the section that a field is, if it is one and no component."""
    kinds = [kind for kind in (field.annotation, *get_args(field.annotation)) if isinstance(kind, type)]
    sections = [kind for kind in kinds if issubclass(kind, Section) and kind.__name__ not in WORDS]
    return sections[0] if sections else None


def example(field: FieldInfo) -> Any:
    """Return the first example that the field gives, or its default."""
    return field.examples[0] if field.examples else plain(field.get_default(call_default_factory=True))


def plain(value: Any) -> Any:
    """Return a value as it would be written: a component without parameters is its name."""
    if isinstance(value, BaseModel):
        written = value.model_dump(mode="json", by_alias=True)
        return written["name"] if set(written) == {"name", "as"} else written
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    return {key: plain(entry) for key, entry in value.items()} if isinstance(value, dict) else value


def _default(field: FieldInfo) -> str | None:
    if field.is_required():
        return None
    return flow(plain(field.get_default(call_default_factory=True)))


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=True)
    words = {name: {"type": word} for name, word in WORDS.items() if name in schema.get("$defs", {})}
    return schema | {"$defs": schema.get("$defs", {}) | words}
