"""``--set a.b.c=value``: keys of the study file from the command line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.config.document import parse
from harness.config.nodes import Node, Place, Problem, dotted

#: A part of a dotted key; quotes keep dots together: ``tuning.space."combiner.alpha"``.
PART = re.compile(r"""(?:"([^"]+)"|'([^']+)'|([^."']+))\.""")


def overridden(tree: Node, overrides: Sequence[str]) -> tuple[Node, list[Problem]]:
    """Return the tree with every ``key=value`` put in, in order, and what was wrong with some of them."""
    problems: list[Problem] = []
    for text in overrides:
        try:
            tree = _applied(tree, text)
        except ValueError as error:
            problems.append(Problem(Place(f"--set {text}"), str(error)))
    return tree, problems


def _applied(tree: Node, text: str) -> Node:
    key, equals, value = text.partition("=")
    place = Place(f"--set {text}")
    if not equals or not key.strip():
        raise ValueError("expected key=value, such as training.epochs=5")
    return _put(tree, split_key(key), (), _value(value, place), place)


def split_key(key: str) -> list[str]:
    """Split a dotted key into its parts.

    Raises:
        ValueError: for an empty part or an open quote.
    """
    parts: list[str] = []
    rest = key.strip() + "."
    while rest:
        match = PART.match(rest)
        if match is None:
            raise ValueError(f"found the key {key!r}, expected names and indices joined by dots")
        parts.append(next(group for group in match.groups() if group is not None))
        rest = rest[match.end() :]
    return parts


def _value(text: str, place: Place) -> Node:
    """Return the nodes of a value, read as YAML; nothing at all is null, as in a file."""
    node, problems = parse(text, place.source, positions=False)
    if problems:
        raise ValueError(problems[0].message)
    return Node(None, place) if node is None else node


def _put(node: Node, parts: list[str], above: tuple[str | int, ...], value: Node, place: Place) -> Node:
    """Return the node with ``value`` at ``parts``; mappings on the way are made where they are missing."""
    if not parts:
        return value
    if isinstance(node.value, tuple):
        return _put_in_list(node, parts, above, value, place)
    if isinstance(node.value, str) and above:
        # a component given by its name alone gets parameters
        node = Node({"use" if above[0] == "datasets" else "name": node}, node.place)
    if node.value is not None and not isinstance(node.value, dict):
        raise ValueError(f"{dotted(above)} is {node.value!r}, which has no key {parts[0]!r}")
    mapping = node if isinstance(node.value, dict) else Node({}, place)
    key, rest = _longest_key(mapping, parts)
    child = mapping.child(key)
    if child is None and rest and rest[0].isdecimal():
        raise ValueError(
            f"{dotted((*above, key))} is not in the study file; give the whole list, {key}=[...]"
        )
    below = _put(child or Node(None, place), rest, (*above, key), value, place)
    return mapping.replaced(key, below, place if child is None else None)


def _put_in_list(
    node: Node, parts: list[str], above: tuple[str | int, ...], value: Node, place: Place
) -> Node:
    index = int(parts[0]) if parts[0].isdecimal() else -1
    child = node.child(index) if index >= 0 else None
    if child is None:
        allowed = f"0 to {len(node.value) - 1}" if node.value else "none, it is empty"
        raise ValueError(f"{dotted(above)} is a list: found {parts[0]!r}, expected an index ({allowed})")
    return node.replaced(index, _put(child, parts[1:], (*above, index), value, place))


def _longest_key(mapping: Node, parts: list[str]) -> tuple[str, list[str]]:
    """Return the key to follow: of keys that have dots the longest that exists, otherwise one part."""
    for n in range(len(parts), 1, -1):
        if ".".join(parts[:n]) in mapping.value:
            return ".".join(parts[:n]), parts[n:]
    return parts[0], parts[1:]
