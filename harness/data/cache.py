"""The cache on disk: where it is, one builder at a time, and folders that are there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from filelock import FileLock

from harness.errors import DataError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)


class DataOptionsLike(Protocol):
    """What the data part reads of a study's ``data.options``.

    ``max_quarantine`` is a share of a data set's clips, ``silence_db`` a peak level (full scale is 0 dB),
    ``memory_gb`` a budget for features in 2³⁰ bytes.
    """

    @property
    def memory_gb(self) -> float: ...
    @property
    def max_quarantine(self) -> float: ...
    @property
    def cache_dir(self) -> Path | None: ...
    @property
    def silence_db(self) -> float: ...


def cache_root(options: DataOptionsLike) -> Path:
    """Return ``options.cache_dir``, or ``$HARNESS_CACHE``, or ``~/.cache/harness``."""
    if options.cache_dir is not None:
        return Path(options.cache_dir)
    return Path(os.environ.get("HARNESS_CACHE") or Path.home() / ".cache" / "harness")


@contextlib.contextmanager
def building(final: Path) -> Iterator[None]:
    """Hold the lock on a folder of the cache, so that one process builds it and the others find it there.

    What a killed builder left behind is removed.
    """
    with _explained(final.parent):
        final.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(final.parent / f"{final.name}.lock")
        lock.acquire()
    try:
        for left in final.parent.glob(f"{_prefix(final)}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def atomic_directory(final: Path) -> Iterator[Path]:
    """Give a temporary folder beside ``final``, which becomes ``final`` when the block ends without an error.

    Raises:
        DataError: nothing more can be written there (a full disk, no permission).
    """
    with _explained(final.parent):
        temporary = new_directory(final)
        try:
            yield temporary
            settle(temporary, final)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise


def settle(temporary: Path, final: Path) -> None:
    """Make sure that a complete folder is on disk, and give it its name."""
    for path in [*(p for p in temporary.rglob("*") if p.is_file()), temporary]:
        _sync(path)
    os.rename(temporary, final)
    _sync(final.parent)


def new_directory(final: Path) -> Path:
    """Return a new folder beside ``final`` that :func:`building` removes where it is left behind."""
    with _explained(final.parent):
        return Path(tempfile.mkdtemp(prefix=_prefix(final), dir=final.parent))


def _prefix(final: Path) -> str:
    return f".building-{final.name}-"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _explained(where: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            problem = "the disk is full"
        elif error.errno in _DENIED and str(error.filename or "").startswith(str(where)):
            problem = "it cannot be written"
        else:
            raise
        raise DataError(
            f"cache {where}: {problem} ({error}). Free some space, or choose another place with "
            "data.options.cache_dir or the environment variable HARNESS_CACHE"
        ) from error
