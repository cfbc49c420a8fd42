"""docs/reference/components.md: what ships with the harness, from the plugins' records."""

from __future__ import annotations

from harness.cli.parameters import parameter_rows
from harness.plugins import KINDS, load_registry
from harness.records import Component, DatasetRecord
from harness.reference.text import flow, generated, markdown, table

OWN = "mtl-harness"
INTRODUCTION = f"""\
# Components

{generated("harness.reference", "the plugins' records")}

Every component that ships with the harness, and what a study file may set of it. `harness plugins list` shows those of
other packages as well, `harness plugins show NAME` one with its docstring.
"""


def components() -> str:
    """Return the page as Markdown."""
    return "\n".join([INTRODUCTION, *(_kind(kind) for kind in KINDS if own(kind))])


def own(kind: str) -> list[Component]:
    """Return the components of a kind that ship with the harness, by name."""
    found = [entry.component for entry in load_registry().all(kind) if entry.distribution == OWN]
    return sorted(found, key=lambda component: component.name)


def _kind(kind: str) -> str:
    return "\n".join([f"## {kind}\n", *(_component(component) for component in own(kind))])


def _component(component: Component) -> str:
    rows = [
        [
            f"`{row['name']}`",
            row["type"],
            "required" if row["required"] else f"`{flow(row['default'])}`",
            markdown(row["description"]),
        ]
        for row in parameter_rows(component)
    ]
    parts = [f"### `{component.name}`\n", _sentence(component.summary)]
    if isinstance(component, DatasetRecord) and component.tasks:
        parts.append(f"Tasks: {', '.join(f'`{task}`' for task in component.tasks)}.\n")
    if component.source:
        parts.append(f"Source: {_sentence(component.source)}")
    if rows:
        parts.append(table(("parameter", "type and allowed values", "default", "meaning"), rows))
    return "\n".join(parts)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{markdown(text[1:]).removesuffix('.')}.\n"
