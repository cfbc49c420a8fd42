"""Directories of data sets, and paths that stay inside them."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath

from harness.api import DataError


def inside(directory: Path, file: str, where: str) -> Path:
    """Return the path of ``file`` in ``directory``, which is resolved.

    Raises:
        DataError: the path is empty, absolute, has "..", or leads out of the directory through a symbolic
        link.
    """
    pure, windows = PurePosixPath(file), PureWindowsPath(file)
    if not file or pure.is_absolute() or windows.drive or windows.root or ".." in windows.parts:
        raise DataError(
            f"{where}: file {file!r} must be a path inside {directory}, relative and without '..'"
        )
    path = directory / pure
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(directory):
        raise DataError(f"{where}: file {file!r} leads out of {directory} to {real}")
    return path


def existing(directory: Path, file: str, where: str) -> Path:
    """Return the path of ``file`` in ``directory`` as :func:`inside` does; it must be there.

    Raises:
        DataError: there is no such file, or its path is not inside.
    """
    path = inside(directory, file, where)
    if path.is_file():
        return path
    raise DataError(f"{where}: file {file!r} is not in {directory}")
