"""Where the checks put what they find."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.config.nodes import Node, Path, Problem, follow, label, place_of
from harness.errors import UnknownComponentError
from harness.plugins import Registered, Registry


@dataclass
class Findings:
    """The study file as written, the components there are, and the problems found so far.

    ``damaged`` are the paths at which something was already wrong and left out: a check that compares with
    all of what stands there would report what follows from the first mistake. ``context`` is what a
    component's parameters may be checked against: the study's ``tasks``.
    """

    tree: Node
    registry: Registry
    damaged: frozenset[Path] = frozenset()
    problems: list[Problem] = field(default_factory=list)
    context: dict[str, Any] = field(default_factory=dict)

    def add(self, path: Path, message: str, *, key: bool = False) -> None:
        """Add a problem at the value (or key) of a path, or where the nearest part of it stands."""
        known = follow(self.tree, path)
        self.problems.append(Problem(place_of(self.tree, known, key=key), label(self.tree, path) + message))

    def written(self, path: Path) -> bool:
        """Return whether the study file (or a ``--set``) has this path, rather than a default."""
        return follow(self.tree, path) == path

    def intact(self, *path: str) -> bool:
        """Return whether nothing at or below a path was left out."""
        return not any(wrong[: len(path)] == path or path[: len(wrong)] == wrong for wrong in self.damaged)

    def component(self, kind: str, name: str, path: Path) -> Registered | None:
        """Return a component, or add the problem that there is none of this kind and name."""
        try:
            return self.registry.get(kind, name)
        except UnknownComponentError as error:
            self.add(path, str(error))
            return None

    def once(self, entries: Sequence[tuple[Path, str]], message: Callable[[str], str]) -> None:
        """Add a problem for every name that came before."""
        seen: set[str] = set()
        for path, name in entries:
            if name in seen:
                self.add(path, message(name))
            seen.add(name)
