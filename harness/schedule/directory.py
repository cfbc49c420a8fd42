"""The directory of a study: whose it is, who may write it, and what lies where."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from harness.errors import StudyDirectoryError, StudyLockedError
from harness.schedule.ledger import LEDGER_VERSION, Ledger

LEDGER = "ledger.sqlite"
LOCK = "study.lock"
OWNER = "study.pid"
#: Others hold the lock for the moment that it takes to see whether it is held, s.
LOCK_WAIT_S = 0.3


def study_directory(study: str, out: Path | None) -> Path:
    """Return where a study's files go: ``out``, or ``runs/<study>``."""
    return out if out is not None else Path("runs") / study


def checkpoint_directory(directory: Path) -> Path:
    """Return where the checkpoints of running trainings lie."""
    return directory / "checkpoints"


def remove_stale(checkpoints: Path, ledger: Ledger) -> None:
    """Remove the checkpoints of trainings that are done or pruned, which a command that was killed may have left."""
    for path in checkpoints.glob("*"):
        training = ledger.training(path.name)
        if training is not None and training["status"] in ("done", "pruned"):
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def open_study(study: str, directory: Path) -> Iterator[Ledger]:
    """Make or open a study's directory for writing: lock it, check whose it is, and yield its ledger.

    Raises:
        StudyLockedError: another command is writing it.
        StudyDirectoryError: it belongs to another study, holds other files, or cannot be written.
    """
    _make(directory)
    lock = FileLock(directory / LOCK)
    try:
        lock.acquire(timeout=LOCK_WAIT_S, poll_interval=0.02)
    except Timeout:
        raise StudyLockedError(
            f"{directory}: another command ({owner(directory) or 'unknown process'}) is writing this study; "
            "wait for it, stop it with Ctrl-C, or give another directory with --out"
        ) from None
    try:
        (directory / OWNER).write_text(f"{os.getpid()} on {socket.gethostname()}")
        ledger = Ledger(directory / LEDGER)
        try:
            _claim(ledger, study, directory)
            yield ledger
        finally:
            ledger.close()
            (directory / OWNER).unlink(missing_ok=True)
    finally:
        lock.release()


def open_for_reading(directory: Path) -> Ledger:
    """Open the ledger of a study from another command, without touching it."""
    path = directory / LEDGER
    if not path.is_file():
        raise StudyDirectoryError(
            f"{directory}: no study here (no {LEDGER}); give the directory that 'study run' wrote"
        )
    return Ledger(path, read_only=True)


def owner(directory: Path) -> str | None:
    """Return ``"pid N on HOST"`` of the command that writes the study, or ``None`` when none does.

    Only looks: a command that begins at this very moment waits for the look to end (:data:`LOCK_WAIT_S`).
    """
    try:
        lock = os.open(directory / LOCK, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except OSError:
        return _named(directory / OWNER)
    finally:
        os.close(lock)


def _named(path: Path) -> str:
    try:
        return f"pid {path.read_text()}"
    except OSError:
        return "unknown process"


def _make(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        others = [path.name for path in directory.iterdir() if path.name != LOCK]
    except OSError as error:
        raise StudyDirectoryError(f"{directory}: cannot be used as a study's directory: {error}") from error
    if others and LEDGER not in others:
        raise StudyDirectoryError(
            f"{directory}: holds files that are not a study's ({', '.join(sorted(others)[:3])}); "
            "give another directory with --out"
        )
    if not os.access(directory, os.W_OK):
        raise StudyDirectoryError(f"{directory}: cannot be written; give another directory with --out")


def _claim(ledger: Ledger, study: str, directory: Path) -> None:
    ledger.set_meta("study", study, keep=True)
    ledger.set_meta("ledger_version", str(LEDGER_VERSION), keep=True)
    found = ledger.meta("study")
    if found != study:
        raise StudyDirectoryError(
            f"{directory}: belongs to study {found!r}, not to {study!r}; give another directory with --out"
        )
    if ledger.meta("ledger_version") != str(LEDGER_VERSION):
        raise StudyDirectoryError(
            f"{directory}: its ledger has version {ledger.meta('ledger_version')}, this harness writes "
            f"{LEDGER_VERSION}; give another directory with --out"
        )
