"""Validation that goes on after a mistake: what is wrong is left out, so that the rest is checked too."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from harness.config.explain import problems_of
from harness.config.nodes import Node, Path, Problem, follow, without
from harness.config.study import StudyConfig

#: Stand for required keys that are missing or wrong; nothing is ever trained with them.
STAND_INS: dict[str, Any] = {"study": "study", "tasks": ("stand-in/stand-in",)}


@dataclass(frozen=True)
class Recovered:
    """A study from what was right, the nodes it was made of, and the paths that were wrong."""

    config: StudyConfig
    tree: Node
    damaged: frozenset[Path]


def recover(tree: Node) -> tuple[Recovered, list[Problem]]:
    """Validate the study file's keys and values; return what could be read and what could not.

    Only what is wrong at first is reported: later mistakes follow from what was left out.
    """
    problems: list[Problem] = []
    damaged: set[Path] = set()
    stand_ins: set[str] = set()
    while True:
        try:
            config = _validated(tree, stand_ins)
        except ValidationError as error:
            problems = problems or problems_of(error, StudyConfig, tree)
            wrong = {follow(tree, details["loc"]) for details in error.errors()}
            needed = {key for key in STAND_INS if tree.child(key) is None or (key,) in wrong} - stand_ins
            if not needed and wrong <= {()}:
                raise  # nothing left to leave out: a fault of the models, not of the file
            stand_ins |= needed
            damaged |= wrong - {()}
            tree = _left_out(tree, wrong)
        else:
            update = {"tasks": ()} if "tasks" in stand_ins else {}
            damage = frozenset(damaged | {(key,) for key in stand_ins})
            return Recovered(config.model_copy(update=update), tree, damage), problems


def _validated(tree: Node, stand_ins: Iterable[str]) -> StudyConfig:
    values = tree.plain() | {key: STAND_INS[key] for key in stand_ins}
    return StudyConfig.model_validate_json(json.dumps(values), strict=True)


def _left_out(tree: Node, wrong: Iterable[Path]) -> Node:
    """Return the tree without the wrong entries; in lists the last first, as the others keep their index."""
    outermost = [path for path in wrong if path and not any(path[:n] in wrong for n in range(1, len(path)))]
    for path in sorted(outermost, key=_by_index, reverse=True):
        tree = without(tree, path)
    return tree


def _by_index(path: Path) -> list[tuple[bool, int | str]]:
    return [(isinstance(part, str), part) for part in path]
