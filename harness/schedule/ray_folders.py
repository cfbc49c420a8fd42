"""A unit's catalogs and banks on a node: at the path that the unit names, or as the node's own copy."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.data.cache import atomic_directory, building
from harness.data.usage import used_now
from harness.errors import DataError
from harness.schedule.ray_shelf import listing

#: Returns (names, pieces) of a folder on the parent's node; a file's pieces follow one another.
Fetch = Callable[[str], tuple[list[str], list[Callable[[], bytes]]]]
KINDS = ("catalogs", "banks")


class Folders:
    """Finds folders on this node, and copies those that are missing: once a node, whole or not at all.

    A folder's name is the content key of what is in it, so a folder of that name with files of the same
    sizes is the same folder.
    """

    def __init__(self, copies: Path, transfer: str, fetch: Fetch) -> None:
        self._copies, self._transfer, self._fetch = copies, transfer, fetch
        self._found: dict[str, str] = {}

    def on_this_node(self, unit: dict[str, Any]) -> dict[str, Any]:
        """Return the unit (or pack of units) with the paths of this node; ``folders`` are the parent's listings.

        Raises:
            DataError: a folder is not on this node, and cannot be copied to it.
        """
        folders = unit.pop("folders", {})

        def place(path: str) -> str:
            if path not in self._found:
                self._found[path] = self._find(Path(path), folders[path])
            return self._found[path]

        return with_paths(unit, place)

    def _find(self, path: Path, expected: dict[str, int]) -> str:
        if self._transfer != "object_store" and listing(path) == expected:
            return str(path)
        if self._transfer == "shared":
            raise DataError(
                f"{path} is not on this node, or not whole; let every node see it under this path, or use "
                "compute.executor.transfer: auto"
            )
        copy = self._copies / path.name
        with building(copy):
            if listing(copy) != expected:
                self._copy(str(path), copy, expected)
        used_now(copy)
        return str(copy)

    def _copy(self, path: str, copy: Path, expected: dict[str, int]) -> None:
        if copy.exists():
            raise DataError(f"{copy} is not what its name says; remove it")
        names, pieces = self._fetch(path)
        with atomic_directory(copy) as temporary:
            for name, piece in zip(names, pieces, strict=True):
                with (temporary / name).open("ab") as stream:
                    stream.write(piece())
            if listing(temporary) != expected:
                raise DataError(f"{path} changed while it was copied")


def with_paths(unit: dict[str, Any], place: Callable[[str], str]) -> dict[str, Any]:
    """Return a unit, or a pack of units, with ``place`` applied to the paths of its catalogs and banks."""
    if "pack" in unit:
        return {**unit, "pack": [with_paths(member, place) for member in unit["pack"]]}
    data = unit.get("data", {})
    moved = {kind: {name: place(path) for name, path in data[kind].items()} for kind in KINDS if kind in data}
    return {**unit, "data": {**data, **moved}} if moved else unit


def as_text(unit: dict[str, Any], known: dict[str, dict[str, int]]) -> bytes:
    """Return a unit as JSON text, its paths absolute and with their listings; ``known`` keeps those that were read."""
    named: set[str] = set()

    def place(path: str) -> str:
        absolute = str(Path(path).absolute())
        named.add(absolute)
        if absolute not in known:
            known[absolute] = listing(Path(absolute))
        return absolute

    placed = with_paths(unit, place)
    return json.dumps({**placed, "folders": {path: known[path] for path in named}}).encode()
