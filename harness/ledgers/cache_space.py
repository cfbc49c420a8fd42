"""What the cache takes, which belongs to all studies, and how an entry of it is freed under its builders' locks."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from filelock import FileLock, Timeout

from harness.data.cache import new_directory
from harness.data.usage import alone
from harness.ledgers.space import Entry, entry_of

BANKS, CATALOGS, RECEIVED = "cache: feature banks", "cache: catalogs", "cache: copies for Ray"
DATASETS, LEFTOVERS = "cache: data sets", "cache: leftovers of killed builds"
_KEY = "[0-9a-f]{24}"
#: What an entry is called in each folder; nothing else is counted, or freed.
_NAMES = {
    "banks": (BANKS, re.compile(_KEY)),
    "catalogs": (CATALOGS, re.compile(f"{_KEY}-.+")),
    "received": (RECEIVED, re.compile(f"{_KEY}(-.+)?")),
}
_LEFTOVER = re.compile(rf"\.building-({_KEY}.*)-[^-]+")


def cache_entries(root: Path) -> Iterator[Entry]:
    """Iterate the entries of a cache: banks, catalogs, a Ray node's copies, what data sets made or fetched for
    themselves, and folders that a killed build left.
    """
    for folder, (part, name) in _NAMES.items():
        for path in _folders(root / folder):
            if name.fullmatch(path.name):
                yield entry_of(part, path)
            elif _LEFTOVER.fullmatch(path.name):
                yield entry_of(LEFTOVERS, path)
    for component in _folders(root / "datasets"):
        yield from (entry_of(DATASETS, path) for path in _folders(component))


def in_use(entry: Entry) -> bool:
    """Tell whether a process reads the entry, or builds it, now."""
    with ExitStack() as stack:
        return not _taken(entry, stack)


def free_entry(entry: Entry) -> bool:
    """Free an entry, unless it is in use; return whether it was. It vanishes at once, under a builder's draft name:
    what is left of it, if this command is killed, is removed by the next builder.

    Raises:
        OSError: it cannot be removed.
    """
    with ExitStack() as stack:
        if not _taken(entry, stack):
            return False
        gone = entry.path
        if entry.part not in (LEFTOVERS, DATASETS):
            gone = new_directory(entry.path)
            os.rename(entry.path, gone)
        shutil.rmtree(gone)
        return True


def _taken(entry: Entry, stack: ExitStack) -> bool:
    """Take every lock of an entry until the stack is closed; return whether all could be had."""
    try:
        for path in _locks(entry):
            stack.enter_context(FileLock(path).acquire(timeout=0))
        return stack.enter_context(alone(entry.path))
    except (Timeout, OSError):
        return False


def _locks(entry: Entry) -> list[Path]:
    """Return the lock files of those that build an entry: named like it, or by the key that its name begins with."""
    if entry.part == DATASETS:
        return [path for path in [entry.path / ".lock"] if path.is_file()]
    found = _LEFTOVER.fullmatch(entry.path.name)
    name = found[1] if found else entry.path.name
    locks = dict.fromkeys(entry.path.parent / f"{known}.lock" for known in (name, name[:24]))
    return [path for path in locks if path.is_file()]


def _folders(folder: Path) -> list[Path]:
    if folder.is_symlink() or not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
