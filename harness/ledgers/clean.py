"""Tells what a study and its cache take, and frees what is asked. Ledger, tables and report are never touched."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from harness.config.data import DataOptions
from harness.data.cache import cache_root
from harness.errors import StudyDirectoryError, StudyLockedError
from harness.ledgers.cache_space import (
    BANKS,
    CATALOGS,
    DATASETS,
    LEFTOVERS,
    RECEIVED,
    cache_entries,
    free_entry,
    in_use,
)
from harness.ledgers.space import CHECKPOINTS, KEPT, PARTIAL, STATE, Entry, study_entries
from harness.schedule.directory import LOCK, LOCK_WAIT_S, open_for_reading, owner

#: Entries of the cache that were used since are kept, unless another time is given, s.
CACHE_OLDER_S = 30 * 24 * 3600.0
OF_STUDY = (CHECKPOINTS, KEPT, STATE, PARTIAL)
OF_CACHE = (BANKS, CATALOGS, RECEIVED, DATASETS, LEFTOVERS)


@dataclass(frozen=True)
class Asked:
    """What is to be freed. Partial files are always; without ``yes`` nothing is, and all is told."""

    checkpoints: bool = False
    kept: bool = False
    cache: bool = False
    older_than_s: float | None = None
    yes: bool = False

    def wants(self, entry: Entry, now: float) -> bool:
        """Tell whether an entry is asked for, and old enough. Leftovers and partial files are of no use at any age."""
        of = {CHECKPOINTS: self.checkpoints, KEPT: self.kept, STATE: self.kept, PARTIAL: True}
        if not of.get(entry.part, self.cache):
            return False
        if entry.part in (PARTIAL, LEFTOVERS):
            return True
        default = CACHE_OLDER_S if entry.part in OF_CACHE else 0.0
        least = default if self.older_than_s is None else self.older_than_s
        return max(0.0, now - entry.used_at) >= least


@dataclass
class Part:
    """What one part takes, what of it was asked for, how much of that is in use by others, and what was freed."""

    part: str
    where: str
    entries: int = 0
    n_bytes: int = 0
    asked: int = 0
    asked_bytes: int = 0
    in_use: int = 0
    freed: int = 0
    freed_bytes: int = 0


def clean_study(directory: Path, asked: Asked) -> dict[str, Any]:
    """Tell what a study's directory and the cache take, and free what is asked if ``asked.yes``.

    Returns:
        ``directory``, ``cache``, ``parts`` (a mapping each, see :class:`Part`) and ``freed_bytes``.

    Raises:
        StudyDirectoryError: there is no study in the directory, or something cannot be freed.
        StudyLockedError: something is to be freed, and another command is writing the study.
    """
    cache = _cache(directory)
    parts = {name: Part(name, str(directory)) for name in OF_STUDY}
    parts |= {name: Part(name, str(cache)) for name in OF_CACHE}
    with _locked(directory) if asked.yes else nullcontext():
        now = time.time()
        for entry in list(study_entries(directory)):
            _one(entry, parts[entry.part], asked, now, lambda entry: False, _remove)
        for entry in list(cache_entries(cache)):
            _one(entry, parts[entry.part], asked, now, in_use, free_entry)
    return {
        "directory": str(directory),
        "cache": str(cache),
        "parts": [asdict(part) for part in parts.values()],
        "freed_bytes": sum(part.freed_bytes for part in parts.values()),
    }


def _one(
    entry: Entry,
    part: Part,
    asked: Asked,
    now: float,
    used: Callable[[Entry], bool],
    free: Callable[[Entry], bool],
) -> None:
    part.entries += 1
    part.n_bytes += entry.n_bytes
    if not asked.wants(entry, now):
        return
    part.asked += 1
    part.asked_bytes += entry.n_bytes
    try:
        gone = free(entry) if asked.yes else not used(entry)
    except OSError as error:
        raise StudyDirectoryError(f"{entry.path}: cannot be freed: {error}") from error
    if not gone:
        part.in_use += 1
    elif asked.yes:
        part.freed += 1
        part.freed_bytes += entry.n_bytes


def _remove(entry: Entry) -> bool:
    if entry.path.is_dir():
        shutil.rmtree(entry.path)
    else:
        entry.path.unlink(missing_ok=True)
    return True


def _cache(directory: Path) -> Path:
    """Return the cache that the study uses."""
    with closing(open_for_reading(directory)) as ledger:
        config: dict[str, Any] = json.loads(ledger.meta("config_json") or "{}")
    own = config.get("data", {}).get("options", {}).get("cache_dir")
    return cache_root(DataOptions(cache_dir=own))


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    try:
        with FileLock(directory / LOCK).acquire(timeout=LOCK_WAIT_S, poll_interval=0.02):
            yield
    except Timeout:
        raise StudyLockedError(
            f"{directory}: another command ({owner(directory) or 'unknown process'}) is writing this study; nothing "
            "is freed. Wait for it, or stop it"
        ) from None
