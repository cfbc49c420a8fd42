"""docs/reference/events.md, from the models of the events."""

from __future__ import annotations

from typing import Any

from harness.reference.text import generated, table
from harness.watching.events import EVENTS, Event

INTRODUCTION = f"""\
# Events

{generated("harness.reference", "harness/watching/events.py")}

`harness study run FILE --json` and `harness study resume DIR --json` write one event a line on standard output, each
an object of JSON with the key `event`, which says what kind it is. Later versions may add events and fields: ignore
what you do not know. What people read goes to standard error, as without `--json`.

Every event has these fields:
"""


def events() -> str:
    """Return the page as Markdown."""
    return "\n".join([INTRODUCTION, _fields(Event), *(_section(*entry) for entry in EVENTS.items())])


def _section(name: str, model: type[Event]) -> str:
    own = [field for field in model.model_fields if field not in Event.model_fields]
    return f"## `{name}`\n\n{model.__doc__}\n" + (f"\n{_fields(model)}" if own else "")


def _fields(model: type[Event]) -> str:
    common = () if model is Event else tuple(Event.model_fields)
    rows = [
        [f"`{name}`", _kind(schema), field.description or ""]
        for name, field in model.model_fields.items()
        if name not in common
        for schema in [model.model_json_schema()["properties"][name]]
    ]
    return table(["field", "type", "what it is"], rows) + "\n"


def _kind(schema: dict[str, Any]) -> str:
    """Return the JSON type of a field in words."""
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "$ref" in schema:
        return "object"
    return str(schema.get("type", "object"))
