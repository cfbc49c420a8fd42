"""What else differs between two studies: settings, versions, data; and what makes their numbers not comparable."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from harness.analysis.two.side import Side
from harness.config.differing import differing

#: Tasks that a warning names.
NAMED = 5


def settings(a: Side, b: Side) -> list[dict[str, Any]]:
    """Return the settings in which the study files differ, by dotted keys, and what each decides."""
    return [
        {"key": one.key, "in_a": _shown(one.a, one.only == "b"), "in_b": _shown(one.b, one.only == "a")}
        | {"decides": one.decides}
        for one in differing(a.config, b.config)
    ]


def versions(a: Side, b: Side) -> list[dict[str, Any]]:
    """Return what differs of Python, libraries, plugins and the commit."""
    left, right = _versions(a), _versions(b)
    names = [name for name in {**left, **right} if left.get(name) != right.get(name)]
    return [{"of": name, "in_a": left.get(name), "in_b": right.get(name)} for name in names]


def data(a: Side, b: Side) -> list[dict[str, Any]]:
    """Return the tasks that both have whose data differ."""
    both = [task for task in a.data if task in b.data and a.data[task] != b.data[task]]
    return [{"task": task, "in_a": a.data[task], "in_b": b.data[task]} for task in both]


def same_folds(a: Side, b: Side) -> dict[str, bool]:
    """Return, for every task of both, whether the same clips were tested in every fold that both have tested."""
    found = {}
    for task in (task for task in a.data if task in b.data):
        folds = [fold for name, fold in a.tested if name == task and (task, fold) in b.tested]
        same = all(a.tested[task, fold] == b.tested[task, fold] for fold in folds)
        found[task] = bool(folds) and same and a.data[task] == b.data[task]
    return found


def warnings(a: Side, b: Side, folds: dict[str, bool]) -> list[str]:
    """Return what a reader must know before comparing numbers, most important first."""
    differ = [row["task"] for row in data(a, b)]
    split = [task for task, same in folds.items() if not same and task not in differ]
    by = {side.label: _metrics(side) for side in (a, b)}
    judged = [task for task in by["a"] if task in by["b"] and by["a"][task] != by["b"][task]]
    found = [
        ("different data: the gains of {} are not comparable", differ),
        (
            "other clips were tested in the same fold: the gains of {} are compared as of independent runs",
            split,
        ),
        ("judged by different metrics, and so not compared: {}", judged),
    ]
    said = [text.format(_listing(tasks)) for text, tasks in found if tasks]
    return [_unfinished(side) for side in (a, b) if not side.study.complete] + said + _apart(a, b)


def _apart(a: Side, b: Side) -> list[str]:
    """Say what two studies have nothing of in common."""
    if not set(a.data) & set(b.data):
        return ["the studies have no task in common"]
    return [] if a.study.study_id != b.study.study_id else ["both directories hold the same study"]


def _unfinished(side: Side) -> str:
    study = side.study
    return f"{side.label} is unfinished: {study.n_cells_done} of {study.n_cells} cells"


def _metrics(side: Side) -> dict[str, str]:
    tasks = side.study.tables["tasks"]
    return dict(zip(tasks["task"], tasks["metric"], strict=True))


def _versions(side: Side) -> dict[str, str]:
    row = side.study.tables["study"].iloc[0]
    found: dict[str, str] = json.loads(row["versions"]) if isinstance(row["versions"], str) else {}
    plugins: dict[str, set[str]] = {}
    for text in side.study.tables["runs"]["plugin_versions"].dropna().unique():
        for name, version in json.loads(text).items():
            plugins.setdefault(name, set()).add(version)
    found |= {name: ", ".join(sorted(those)) for name, those in plugins.items()}
    facts = {name: row[name] for name in ("git_commit", "git_dirty") if name in row}
    return found | {name: str(value) for name, value in facts.items() if not pd.isna(value)}


def _shown(value: Any, absent: bool) -> str | None:
    return None if absent else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _listing(tasks: list[str]) -> str:
    more = f" and {len(tasks) - NAMED} more" if len(tasks) > NAMED else ""
    return ", ".join(tasks[:NAMED]) + more
