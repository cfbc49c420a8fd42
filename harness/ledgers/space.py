"""What the directory of a study takes beside its ledger, tables and report."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.data.usage import last_used
from harness.probes.states import FOLDER as STATES
from harness.schedule.directory import checkpoint_directory
from harness.train.kept import FOLDER as NETWORKS

CHECKPOINTS, KEPT, STATE, PARTIAL = "checkpoints", "kept networks", "states for probes", "partial files"

#: A report is written without the study's lock: its draft is left behind when it is older than any writing takes, s.
REPORTING_S = 3600.0


@dataclass(frozen=True)
class Entry:
    """A folder or a file that can be freed as a whole: what it is part of, its size and when it was last used."""

    part: str
    path: Path
    n_bytes: int
    used_at: float


def study_entries(directory: Path) -> Iterator[Entry]:
    """Iterate what can be freed of a study: checkpoints of trainings that are not done, kept networks, states that
    probes look at, and what writers that were killed left. Links are left alone, and nothing else is named.
    """
    checkpoints, networks, states = checkpoint_directory(directory), directory / NETWORKS, directory / STATES
    partial = list(_partial(directory, checkpoints, networks, states))
    yield from _entries(CHECKPOINTS, _below(checkpoints), partial)
    yield from _entries(KEPT, _below(networks), partial)
    yield from _entries(STATE, (path for path in _below(states) if path.suffix == ".safetensors"), partial)
    yield from (entry_of(PARTIAL, path) for path in partial)


def entry_of(part: str, path: Path, without: Iterable[Path] = ()) -> Entry:
    """Return a folder or a file as an entry; what it holds of ``without`` is not counted."""
    left_out = set(without)
    n_bytes = sum(_size(file) for file in _files(path) if not left_out & {file, *file.parents})
    return Entry(part, path, n_bytes, last_used(path))


def _entries(part: str, paths: Iterable[Path], partial: list[Path]) -> Iterator[Entry]:
    return (entry_of(part, path, partial) for path in paths if path not in partial)


def _partial(directory: Path, checkpoints: Path, networks: Path, states: Path) -> Iterator[Path]:
    """Iterate drafts: each is renamed when it is whole, so that one that is there was left behind."""
    for folder in (networks, states):
        if not folder.is_symlink():
            yield from (path for path in sorted(folder.rglob("*.writing")) if _is_real(path))
    if not checkpoints.is_symlink():
        yield from (path for path in sorted(checkpoints.rglob("writing-*")) if _is_real(path))
    tables = directory / "tables"
    if not tables.is_symlink():
        yield from (path for path in sorted(tables.glob(".*.parquet.*")) if _is_real(path))
    long_ago = time.time() - REPORTING_S
    yield from (path for path in sorted(directory.glob(".*.partial")) if path.lstat().st_mtime < long_ago)
    yield from sorted(directory.parent.glob(f".{directory.resolve().name}.merging-*"))


def _below(folder: Path) -> list[Path]:
    if folder.is_symlink() or not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _is_real(path) and not path.name.startswith("."))


def _is_real(path: Path) -> bool:
    return not path.is_symlink()


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from (file for file in path.rglob("*") if not file.is_dir() or file.is_symlink())


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:  # gone since it was listed
        return 0
