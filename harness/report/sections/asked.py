"""What was asked: tasks, components, folds, seeds, tuning; and what must be known before reading on."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from harness.report import words
from harness.report.blocks import Column, number_of, section, table, warning, words_of
from harness.report.caveats import artificial, caveats
from harness.report.facts import Facts
from harness.report.markup import Content, Html, join, tag
from harness.report.reading import text

COLUMNS = (
    words_of("task", "task"),
    words_of("kind", "kind"),
    words_of("metric", "metric"),
    number_of("classes", "n_classes", lambda value: words.plain(value, 0)),
    number_of("clips", "n_clips", lambda value: words.plain(value, 0)),
    number_of("groups", "n_groups", lambda value: words.plain(value, 0)),
    words_of("splits", "splits"),
    number_of("folds", "n_folds", lambda value: words.plain(value, 0)),
    Column("audio", lambda row: artificial(row) or words.NOTHING),
    Column("licence", lambda row: _short(row["licence"])),
    Column("citation", lambda row: _short(row["citation"])),
)


#: Keys of a component that say what it is; the others are its parameters.
NAMING = ("name", "use", "as", "as_", "parameters")


def asked(facts: Facts) -> Html:
    """Return the caveats, the settings and the tasks."""
    settings = [(name, value) for name, value in _settings(facts) if value]
    listed = (
        tag("dl", [(tag("dt", name), tag("dd", value)) for name, value in settings]) if settings else None
    )
    tasks = facts.table("tasks")
    caption = "The tasks, with the splits that they are judged on, and where their audio comes from."
    return section(
        "asked",
        "What was asked",
        join(warning(sentence) for sentence in caveats(facts)),
        listed,
        table("tasks", caption, COLUMNS, tasks)
        if len(tasks)
        else tag("p", "No task is described in the tables."),
    )


def _short(value: Any) -> str:
    """Return the beginning of a long text; all of it is in the table ``tasks``."""
    return textwrap.shorten(text(value), 160, placeholder=" …")


def _settings(facts: Facts) -> list[tuple[str, Content]]:
    ask = facts.setting
    return [
        ("data sets", _components(ask("datasets"))),
        ("features", _components(ask("features"))),
        ("models", _components(ask("models"))),
        ("combiners", _components(ask("combiners"))),
        ("task groups", _keys(ask("groups"))),
        ("placebo", _keys(ask("placebo"))),
        ("evaluation", _keys(ask("evaluation"))),
        ("tuning", _keys(ask("tuning"))),
        ("training", _keys(ask("training"))),
        ("analysis", _keys(ask("analysis"))),
        ("study seed", text(ask("seed"))),
    ]


def _components(value: Any) -> str:
    return "; ".join(_component(item) for item in value) if isinstance(value, list) else text(value)


def _component(value: Any) -> str:
    """Return ``alias (name, parameter value, …)``."""
    if not isinstance(value, Mapping):
        return text(value)
    name = text(value.get("name") or value.get("use"))
    alias = text(value.get("as") or value.get("as_")) or name
    rest = {key: item for key, item in value.items() if key not in NAMING}
    given = value.get("parameters")
    rest |= given if isinstance(given, Mapping) else {}
    inside = [name] if alias != name else []
    inside += [f"{key} {_written(item)}" for key, item in rest.items() if item not in (None, {}, [])]
    return f"{alias} ({', '.join(inside)})" if inside else alias


def _keys(value: Any) -> str:
    if not isinstance(value, Mapping):
        return _written(value)
    return "; ".join(f"{key}: {_written(item)}" for key, item in value.items() if item not in (None, {}, []))


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return (
            _component(value)
            if "name" in value
            else ", ".join(f"{key} {_written(item)}" for key, item in value.items() if item is not None)
        )
    if isinstance(value, list):
        return ", ".join(
            f"[{_written(item)}]" if isinstance(item, list) else _written(item) for item in value
        )
    return text(value)
