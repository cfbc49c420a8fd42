"""What a shell completes beside commands and options: study files, study directories, kinds of components.

Only names are looked at, and not many: a shell waits for the answer. Nothing heavy is imported.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import islice

#: Folders below the one that was begun which are looked into, and entries that are looked at and offered.
DEPTH, LOOKED_AT, OFFERED = 3, 2000, 50
STUDY_SUFFIXES = (".yaml", ".yml")
LEDGER = "ledger.sqlite"  # harness.schedule.directory says it too, and would load the whole scheduler here


def study_files(incomplete: str) -> list[str]:
    """Return the YAML files whose path begins so, also in folders below."""
    return _found(incomplete, lambda entry: entry.is_file() and entry.name.endswith(STUDY_SUFFIXES))


def study_directories(incomplete: str) -> list[str]:
    """Return the directories whose path begins so that a study was run in."""
    return _found(incomplete, lambda entry: os.path.isfile(os.path.join(entry.path, LEDGER)))


def component_kinds(incomplete: str) -> list[str]:
    """Return the kinds of components that begin so."""
    from harness.plugins import KINDS

    return [kind for kind in KINDS if kind.startswith(incomplete)]


def component_names(incomplete: str) -> list[str]:
    """Return the names of components that begin so."""
    from harness.plugins import load_registry

    names = {entry.component.name for entry in load_registry().all()}
    return sorted(name for name in names if name.startswith(incomplete))


def _found(incomplete: str, wanted: Callable[[os.DirEntry[str]], bool]) -> list[str]:
    folder, begun = os.path.split(incomplete)
    entries = islice(_entries(folder, begun, DEPTH, wanted), LOOKED_AT)
    return sorted(islice((path for path, fits in entries if fits), OFFERED))


def _entries(
    folder: str, begun: str, depth: int, wanted: Callable[[os.DirEntry[str]], bool]
) -> Iterator[tuple[str, bool]]:
    """Iterate paths and whether they are wanted; what is wanted is not looked into."""
    try:
        entries = sorted(os.scandir(folder or "."), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if not entry.name.startswith(begun) or entry.name.startswith("."):
            continue
        path, fits = os.path.join(folder, entry.name), wanted(entry)
        yield path, fits
        if not fits and depth > 1 and entry.is_dir(follow_symlinks=False):
            yield from _entries(path, "", depth - 1, wanted)
