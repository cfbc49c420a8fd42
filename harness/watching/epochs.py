"""How many epochs a running training has behind it, from what it has left on the disk."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from harness.schedule.directory import checkpoint_directory

#: The part of a checkpoint that is no tensor (:mod:`harness.train.checkpoint`); larger ones are not read.
VALUES, MOST_BYTES = "state.json", 4_000_000


def checkpoint_epoch(directory: Path, key: str) -> int | None:
    """Return the whole epochs of a training's furthest task at its newest checkpoint; ``None`` where none is known."""
    folder = checkpoint_directory(directory) / key
    found = [path for path in (*folder.glob("*"), *folder.glob("*/*")) if path.name.isdigit()]
    if not found:
        return None
    return _epoch_of(max(found, key=lambda path: int(path.name)) / VALUES)


@lru_cache(maxsize=256)
def _epoch_of(path: Path) -> int | None:
    """Return it from one checkpoint, which never changes: the next one has another number."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        state = _entries(json.loads(json.loads(path.read_text())["state"]))
        curves = [_entries(row) for row in _entries(state["tally"])["curves"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None  # just replaced by the next one, or of another form
    return int(max((row["epoch"] for row in curves), default=0))


def _entries(packed: Any) -> dict[str, Any]:
    """Return a mapping that a checkpoint has as a list of pairs."""
    return dict(packed["of"])
