"""What was written and where: values with the place of every key and entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

#: Keys and list indices from the top of the study file: ``("features", 0, "n_mels")``.
Path = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Place:
    """Where something was written: line and column count from 1; a ``--set`` has neither."""

    source: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Node:
    """A scalar, a tuple of nodes, or a mapping of nodes.

    ``keys`` holds the places of a mapping's keys; ``numbers`` the indices that list entries had in the file,
    once some of them were left out.
    """

    value: Any
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)
    numbers: tuple[int, ...] = ()

    def plain(self) -> Any:
        """Return plain lists, mappings and scalars."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, tuple):
            return [child.plain() for child in self.value]
        return self.value

    def child(self, key: str | int) -> Node | None:
        """Return an entry of a mapping or a list, or ``None``."""
        if isinstance(self.value, dict):
            return self.value.get(str(key))
        if isinstance(self.value, tuple) and isinstance(key, int) and 0 <= key < len(self.value):
            return self.value[key]
        return None

    def replaced(self, key: str | int, child: Node | None, key_place: Place | None = None) -> Node:
        """Return a copy with one entry replaced, added, or (``None``) left out."""
        if isinstance(self.value, tuple):
            return self._with_entry(int(key), child)
        values = {k: v for k, v in self.value.items() if k != key or child is not None}
        if child is not None:
            values[str(key)] = child
        keys = {k: v for k, v in self.keys.items() if k in values}
        return Node(values, self.place, keys if key_place is None else keys | {str(key): key_place})

    def _with_entry(self, index: int, child: Node | None) -> Node:
        numbers = self.numbers or tuple(range(len(self.value)))
        if child is None:
            items = self.value[:index] + self.value[index + 1 :]
            return Node(items, self.place, numbers=numbers[:index] + numbers[index + 1 :])
        return Node((*self.value[:index], child, *self.value[index + 1 :]), self.place, numbers=numbers)


@dataclass(frozen=True)
class Problem:
    """One mistake: where it is and what the user should read."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def dotted(path: Sequence[str | int]) -> str:
    """Return ``features.0.n_mels``, as ``--set`` writes it."""
    return ".".join(str(part) for part in path)


def label(tree: Node, path: Sequence[str | int]) -> str:
    """Return ``features.0.n_mels: `` to begin a message with; an index is that of the entry in the file."""
    parts: list[str | int] = []
    node: Node | None = tree
    for part in path:
        parts.append(node.numbers[part] if node and node.numbers and isinstance(part, int) else part)
        node = node.child(part) if node else None
    return f"{dotted(parts)}: " if parts else ""


def follow(tree: Node, loc: Sequence[str | int]) -> Path:
    """Return the part of ``loc`` that exists in the tree.

    Names that a validator puts into a location (the branch of a union) are skipped.
    """
    found: list[str | int] = []
    node = tree
    for part in loc:
        child = node.child(part)
        if child is not None:
            found.append(part)
            node = child
    return tuple(found)


def at(tree: Node, path: Sequence[str | int]) -> Node:
    """Return the node at a path that exists."""
    node = tree
    for part in path:
        child = node.child(part)
        if child is None:
            raise KeyError(dotted(path))
        node = child
    return node


def place_of(tree: Node, path: Sequence[str | int], *, key: bool = False) -> Place:
    """Return the place of the value at a path, as far as the path exists, or of its key."""
    known = follow(tree, path)
    if key and known and isinstance(known[-1], str):
        return at(tree, known[:-1]).keys.get(known[-1], at(tree, known).place)
    return at(tree, known).place


def without(tree: Node, path: Sequence[str | int]) -> Node:
    """Return a copy of the tree in which the entry at a path is left out."""
    if len(path) == 1:
        return tree.replaced(path[0], None)
    child = tree.child(path[0])
    return tree if child is None else tree.replaced(path[0], without(child, path[1:]))
