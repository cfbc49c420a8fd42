"""Reading YAML into nodes that know their line and column.

ruamel.yaml parses (YAML 1.2: ``1e-3`` is a number, ``yes`` is text); tags other than the plain ones are
refused, so that nothing but text, numbers, booleans, null, lists and mappings comes out of a study file.
"""

from __future__ import annotations

import codecs
from pathlib import Path as FilePath

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as YamlNode
from ruamel.yaml.reader import ReaderError

from harness.config.nodes import Node, Place, Problem
from harness.config.scalars import scalar

#: A few lines of aliases of aliases can stand for more values than memory holds.
MAX_NODES = 100_000
MAX_DEPTH = 50
MERGE = "tag:yaml.org,2002:merge"
PLAIN = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


def read_text(path: FilePath) -> str | Problem:
    """Return the file's text, or what keeps it from being read."""
    place = Place(str(path))
    if path.is_dir():
        return Problem(place, "is a directory, expected a study file (YAML)")
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        near = sorted(str(p) for p in path.parent.glob("*.y*ml"))[:8] if path.parent.is_dir() else []
        return Problem(place, "no such file" + (f"; study files there: {', '.join(near)}" if near else ""))
    except OSError as error:
        return Problem(place, f"cannot be read: {error.strerror or error}")
    return _decoded(raw.removeprefix(codecs.BOM_UTF8), str(path))


def _decoded(raw: bytes, source: str) -> str | Problem:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        place = Place(source, before.count(b"\n") + 1, column)
        return Problem(
            place, f"found byte 0x{raw[error.start]:02x}, which is not UTF-8; save the file as UTF-8"
        )


def parse(text: str, source: str, *, positions: bool = True) -> tuple[Node | None, list[Problem]]:
    """Return the nodes of a YAML text and the mistakes in it; ``None`` where there is nothing to go on with.

    ``positions=False`` gives every node the place ``source`` alone (for a value written on the command line).
    """
    reader = YAML(typ="rt", pure=True)
    try:
        root = reader.compose(text)
        builder = _Builder(source, positions)
        return (None if root is None else builder.build(root)), builder.problems
    except (RecursionError, OverflowError):
        return None, [
            Problem(
                Place(source),
                f"nested more than {MAX_DEPTH} deep, or aliases stand for more than {MAX_NODES} values",
            )
        ]
    except ReaderError as error:
        return None, [_control_character(error, text, source)]
    except MarkedYAMLError as error:
        return None, [_syntax_error(error, source, positions)]
    except YAMLError as error:
        return None, [Problem(Place(source), f"not valid YAML: {error}")]


def _control_character(error: ReaderError, text: str, source: str) -> Problem:
    before = text[: error.position]
    place = Place(source, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
    return Problem(place, f"not valid YAML: found the control character {text[error.position]!r}")


def _syntax_error(error: MarkedYAMLError, source: str, positions: bool) -> Problem:
    mark = error.problem_mark or error.context_mark
    place = Place(source, mark.line + 1, mark.column + 1) if mark is not None and positions else Place(source)
    problem = (error.problem or "syntax error").strip()
    if r"'\t'" in problem or "'\t'" in problem:
        return Problem(place, "found a tab where YAML allows only spaces; indent with spaces")
    start = error.context_mark
    since = f" (which began in line {start.line + 1})" if start and mark and start.line != mark.line else ""
    context = f" {error.context}{since}" if error.context else ""
    return Problem(place, f"not valid YAML: {problem}{context}")


class _Builder:
    """Turns ruamel's node graph into nodes, and gathers what is not allowed on the way."""

    def __init__(self, source: str, positions: bool) -> None:
        self.source = source
        self.positions = positions
        self.problems: list[Problem] = []
        self._open: set[int] = set()
        self._count = 0

    def build(self, node: YamlNode) -> Node:
        place = self._place(node)
        self._count += 1
        if self._count > MAX_NODES or len(self._open) > MAX_DEPTH:
            raise OverflowError
        if id(node) in self._open:
            return self._refused(place, "found an alias to a value that it is part of")
        self._open.add(id(node))
        try:
            return self._built(node, place)
        finally:
            self._open.discard(id(node))

    def _built(self, node: YamlNode, place: Place) -> Node:
        if isinstance(node, ScalarNode):
            return self._scalar(node, place)
        if str(node.tag) not in PLAIN:
            return self._refused(place, f"found the tag {node.tag}; a study file has no tags")
        if isinstance(node, SequenceNode):
            return Node(tuple(self.build(child) for child in node.value), place)
        assert isinstance(node, MappingNode)
        return self._mapping(node, place)

    def _scalar(self, node: ScalarNode, place: Place) -> Node:
        try:
            return Node(scalar(str(node.tag), node.value), place)
        except ValueError as error:
            return self._refused(place, str(error))

    def _mapping(self, node: MappingNode, place: Place) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        merged: list[Node] = []
        for key_node, value_node in node.value:
            if str(key_node.tag) == MERGE:
                merged += self._merged(value_node)
            elif not isinstance(key_node, ScalarNode):
                self._refused(self._place(key_node), "found a list or mapping as a key, expected text")
            elif key_node.value in values:
                first = keys[key_node.value]
                self._refused(
                    self._place(key_node), f"found key {key_node.value!r} twice; first in line {first.line}"
                )
            else:
                values[key_node.value] = self.build(value_node)
                keys[key_node.value] = self._place(key_node)
        for other in merged:
            values = {**other.value, **values}
            keys = {**other.keys, **keys}
        return Node(values, place, keys)

    def _merged(self, node: YamlNode) -> list[Node]:
        built = self.build(node)
        found = list(built.value) if isinstance(built.value, tuple) else [built]
        if all(isinstance(one.value, dict) for one in found):
            return found
        self._refused(built.place, "expected a mapping (or a list of mappings) to merge with '<<'")
        return []

    def _place(self, node: YamlNode) -> Place:
        if not self.positions:
            return Place(self.source)
        return Place(self.source, node.start_mark.line + 1, node.start_mark.column + 1)

    def _refused(self, place: Place, message: str) -> Node:
        self.problems.append(Problem(place, message))
        return Node(None, place)
