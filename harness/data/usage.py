"""Who uses an entry of the cache, and when it was used last, so that nothing is freed under a study that runs.

An entry is a folder that is there whole (a catalog, a bank). Whoever reads it holds a shared lock on the folder itself;
whoever frees it needs the lock alone. Nothing is written for that, and a killed process holds no lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

from harness.errors import DataError

FREED = "{entry} of the cache was freed while the study began; run the same command again"


def used_now(entry: Path) -> None:
    """Note that an entry is used: the folder's own time says so, where file systems keep no times of reading."""
    with contextlib.suppress(OSError):  # of a cache that others keep for us
        os.utime(entry)


def last_used(entry: Path) -> float:
    """Return when an entry was last used, or a file in it read or written (seconds since 1970)."""
    return max(_last(path) for path in (entry, *entry.rglob("*")))


def _last(path: Path) -> float:
    """Return the last time; looking at a folder is reading it, so that its time of reading says nothing."""
    try:
        found = path.lstat()
    except OSError:  # gone since it was listed
        return 0.0
    return found.st_mtime if stat.S_ISDIR(found.st_mode) else max(found.st_mtime, found.st_atime)


class InUse:
    """Keeps entries of the cache from being freed, until it is closed or forgotten."""

    def __init__(self) -> None:
        self._handles: list[int] = []

    def hold(self, entries: Iterable[Path]) -> None:
        """Hold entries that are there.

        Raises:
            DataError: one was freed since it was found.
        """
        for entry in entries:
            try:
                handle = os.open(entry, os.O_RDONLY)
            except OSError as error:
                raise DataError(FREED.format(entry=entry)) from error
            self._handles.append(handle)
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(handle, fcntl.LOCK_SH)
            if not _is_still(entry, handle):
                raise DataError(FREED.format(entry=entry))

    def close(self) -> None:
        """Let all go."""
        while self._handles:
            os.close(self._handles.pop())

    def __enter__(self) -> InUse:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


@contextlib.contextmanager
def alone(entry: Path) -> Iterator[bool]:
    """Give whether nobody uses an entry; while the block lasts, nobody begins to."""
    handle = os.open(entry, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        free = _is_still(entry, handle)
    except OSError:
        free = False
    try:
        yield free
    finally:
        os.close(handle)


def _is_still(entry: Path, handle: int) -> bool:
    """Tell whether the folder that was opened still has this name."""
    try:
        return os.path.samestat(os.stat(entry), os.fstat(handle))
    except OSError:
        return False
