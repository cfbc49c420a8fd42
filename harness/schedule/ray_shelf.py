"""The object store's side of a folder: read once on the parent's node, fetched by each node that lacks it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: Files travel in pieces of this size, so that a bank may be larger than a node's object store.
PIECE_BYTES = 32 * 2**20


def listing(folder: Path) -> dict[str, int]:
    """Return the sizes of the files of a folder, in bytes, by name; empty where there is no such folder."""
    if not folder.is_dir():
        return {}
    return {path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.is_file()}


class Shelf:
    """An actor beside the parent: puts a folder into the object store when the first node asks, and never again."""

    def __init__(self) -> None:
        self._pieces: dict[str, tuple[bytes, list[Any]]] = {}

    def pieces(self, folder: str) -> tuple[bytes, list[Any]]:
        """Return (JSON list of the file's name a piece, references to the pieces) of a folder."""
        if folder not in self._pieces:
            import ray

            names, references = [], []
            for name, piece in _read(Path(folder)):
                names.append(name)
                references.append(ray.put(piece))
            self._pieces[folder] = (json.dumps(names).encode(), references)
        return self._pieces[folder]


def _read(folder: Path) -> Iterator[tuple[str, bytes]]:
    for name in listing(folder):
        with (folder / name).open("rb") as stream:
            piece = stream.read(PIECE_BYTES)
            yield name, piece
            while piece := stream.read(PIECE_BYTES):
                yield name, piece
