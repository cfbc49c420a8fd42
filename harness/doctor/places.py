"""Where the harness reads and writes: the cache, the results, the corpora."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from harness.doctor.finding import Finding, note, ok, problem

#: Free space below which a place is a note: a study of some hundred trainings and its features want about as much.
LITTLE_GB = 2.0
#: What is written to see whether a place can be written, bytes.
PROBE_BYTES = 2**20


def check_writable(what: str, directory: Path, advice: str) -> Finding:
    """Return whether a directory (or what it will be made in) can be written, and what is free there."""
    place = _existing(directory)
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"\0" * PROBE_BYTES)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return problem(what, f"{directory}: cannot be written: {error.strerror or error}", advice)
    free = shutil.disk_usage(place).free / 2**30
    if free < LITTLE_GB:
        return note(what, f"{directory}: {free:.2f} GiB free", f"free some space, or {advice}")
    return ok(what, f"{directory}: {free:.0f} GiB free")


def check_data_root(root: Path | None) -> Finding:
    """Return whether the folder of the corpora is there, and how many of its entries can be read."""
    advice = "give the folder that holds your corpora: --data-root DIR, or data.root in the study file"
    if root is None:
        return note(
            "data root", "none given: relative paths of data sets start where a command is run", advice
        )
    if not root.is_dir():
        found = "is not a directory" if root.exists() else "does not exist"
        return problem("data root", f"{root} {found}", advice)
    try:
        entries = sorted(root.iterdir())
        closed = [entry.name for entry in entries if not os.access(entry, os.R_OK)]
    except OSError as error:
        return problem(
            "data root", f"{root} cannot be read: {error.strerror}", f"give yourself access, or {advice}"
        )
    if closed:
        return problem("data root", f"{root}: no access to {', '.join(closed)}", f"chmod -R u+rX {root}")
    folders = [entry.name for entry in entries if entry.is_dir()]
    return ok(
        "data root",
        f"{root}: {len(folders)} folders ({', '.join(folders[:6])}{', …' if len(folders) > 6 else ''})",
    )


def _existing(directory: Path) -> Path:
    """Return the nearest directory that exists: what is missing would be made in it."""
    return next(place for place in (directory.absolute(), *directory.absolute().parents) if place.is_dir())
