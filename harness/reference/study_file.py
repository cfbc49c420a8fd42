"""docs/reference/study-file.md, from the pydantic models in ``harness/config``."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from harness.config.component import ComponentUse
from harness.config.datasets import DatasetUse
from harness.config.space import Distribution
from harness.config.study import StudyConfig
from harness.reference.study_keys import Key, keys, section_of
from harness.reference.text import docstring, flow, generated, table

INTRODUCTION = f"""\
# The study file

{generated("harness.reference", "the models in `harness/config/`")}

A study file is YAML 1.2 (`1e-3` is a number). Every key but `study` and `tasks` has a default; an unknown key is an
error with its line. On the command line `--set training.epochs=5` replaces a key, with its dotted name;
an entry of a list is named by its number, `--set features.0.n_mels=64`. `harness study validate FILE` shows every
mistake at once. Each section below ends with an example of all its keys.
"""


def study_file() -> str:
    """Return the page as Markdown."""
    sections = {name: section_of(field) for name, field in StudyConfig.model_fields.items()}
    general = [key for key in keys(StudyConfig) if sections[key.name.split(".")[0]] is None]
    parts = [
        INTRODUCTION,
        "## The top of the file\n",
        _table(general),
        _yaml(general),
        *(_section(name, model) for name, model in sections.items() if model is not None),
        *_parts(),
    ]
    return "\n".join(parts)


def _section(name: str, model: type[BaseModel]) -> str:
    found = keys(model, f"{name}.")
    return "\n".join([f"## `{name}`\n", docstring(model) + "\n", _table(found), _yaml(found)])


def _parts() -> list[str]:
    return [
        "## A component\n",
        docstring(ComponentUse) + "\n",
        "`harness plugins show NAME` and [components](components.md) tell its parameters.\n",
        _table(keys(ComponentUse)),
        "## A data set\n",
        docstring(DatasetUse) + "\n",
        _table(keys(DatasetUse)),
        "## A distribution\n",
        docstring(Distribution) + "\n",
    ]


def _table(found: list[Key]) -> str:
    rows = [
        [f"`{key.name}`", key.type, "required" if key.default is None else f"`{key.default}`", key.meaning]
        for key in found
    ]
    return table(("key", "type and allowed values", "default", "meaning"), rows)


class _Branch(dict[str, Any]):
    """A section in the example, as against a value that is a mapping."""


def _yaml(found: list[Key]) -> str:
    """Return the examples of the keys as one YAML block, a line a key."""
    tree = _Branch()
    for key in found:
        *parents, last = key.name.split(".")
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, _Branch())
        branch[last] = key.example
    return "```yaml\n" + "\n".join(_lines(tree)) + "\n```\n"


def _lines(tree: _Branch, indent: str = "") -> list[str]:
    lines = []
    for name, value in tree.items():
        if isinstance(value, _Branch):
            lines += [f"{indent}{name}:", *_lines(value, indent + "  ")]
        else:
            lines.append(f"{indent}{name}: {flow(value)}")
    return lines
