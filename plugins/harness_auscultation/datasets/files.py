"""Audio files inside a directory."""

from __future__ import annotations

from pathlib import Path

from harness.api import DataError


def audio_file(directory: Path, name: str, where: str) -> Path:
    """Return the path of the file ``name`` in ``directory``, which is resolved.

    Raises:
        DataError: it is not there, or outside of the directory.
    """
    path = directory / name
    if not name or not path.resolve().is_relative_to(directory):
        raise DataError(f"{where}: file {name!r} must be a path inside {directory}")
    if not path.is_file():
        raise DataError(f"{where}: no file {path}")
    return path
