"""docs/reference/hooks.md, from ``harness/hookspecs.py``, the records, and the contracts."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields

from harness import hookspecs
from harness.kit.contracts import CONTRACTS
from harness.plugin_checks import RECORDS
from harness.records import Component, TermRecord
from harness.reference.text import docstring, flow, generated, markdown, summary, table
from harness.testing import ComponentContract

INTRODUCTION = f"""\
# Hooks

{generated("harness.reference", "`harness/hookspecs.py`, `harness/records.py` and `harness/testing/`")}

{markdown(hookspecs.__doc__ or "").split(chr(10), 1)[1].strip()}

[The first plugin](../tutorials/first-plugin.md) builds one from nothing, and [the guide](../guides/writing-a-plugin.md)
tells how to test and publish it. `harness plugins check DISTRIBUTION` runs the contracts that are named here.
"""


def hooks() -> str:
    """Return the page as Markdown."""
    found = [_hook(name, record) for name, record in RECORDS.items()]
    return "\n".join([INTRODUCTION, _base(), *found, _term()])


def _base() -> str:
    return "\n".join(
        ["## What every record has\n", docstring(Component) + "\n", _fields(Component), _promises()]
    )


def _promises() -> str:
    return "`ComponentContract` tests of every component:\n\n" + _tests(ComponentContract)


def _hook(name: str, record: type[Component]) -> str:
    return "\n".join([f"## `{name}`\n", docstring(getattr(hookspecs, name)) + "\n", _record(record)])


def _term() -> str:
    return "\n".join([f"## `{TermRecord.__name__}` in `harness_losses`\n", _record(TermRecord)])


def _record(record: type[Component]) -> str:
    parts = [f"**`{record.__name__}`**, of the kind `{record.kind}`: {docstring(record)}\n"]
    if own_fields(record):
        parts.append(_fields(record))
    contract = CONTRACTS[record.kind]
    parts.append(f"**`{contract.__name__}`** of `harness.testing`: {summary(contract)}\n")
    return "\n".join([*parts, _tests(contract)])


def own_fields(record: type[Component]) -> list[Field]:
    """Return the fields that a record's class says something of, those of its bases left out."""
    return [field for field in fields(record) if field.name in vars(record).get("__annotations__", {})]


def meanings(record: type) -> dict[str, str]:
    """Return what the docstring below each field of a class says."""
    body = ast.parse(inspect.getsource(record)).body[0]
    assert isinstance(body, ast.ClassDef)
    return {name: markdown(" ".join(text.split())) for name, text in _documented(body)}


def _documented(body: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for line, below in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(line, ast.AnnAssign)
            and isinstance(line.target, ast.Name)
            and isinstance(below, ast.Expr)
        ):
            yield line.target.id, ast.literal_eval(below.value)


def _fields(record: type[Component]) -> str:
    said = meanings(record)
    rows = [
        [f"`{field.name}`", f"`{field.type}`", _default(field), said.get(field.name, "")]
        for field in own_fields(record)
    ]
    return table(("field", "type", "default", "meaning"), rows)


def _default(field: Field) -> str:
    if field.default_factory is not MISSING:
        return f"`{flow(field.default_factory())}`"
    if field.default is MISSING:
        return "required"
    return f"`{field.default.__name__ if isinstance(field.default, type) else flow(field.default)}`"


def _tests(contract: type[ComponentContract]) -> str:
    """Return the promises that a contract adds, one a line."""
    inherited = set() if contract is ComponentContract else set(dir(ComponentContract))
    names = [name for name in vars(contract) if name.startswith("test_") and name not in inherited]
    lines = [
        f"- {name.removeprefix('test_').replace('_', ' ')}{_told(getattr(contract, name))}" for name in names
    ]
    return "\n".join(lines) + "\n"


def _told(test: object) -> str:
    return f": {said}" if (said := summary(test)) else ""
