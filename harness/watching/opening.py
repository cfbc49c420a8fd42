"""Opening a study's ledger to read it, wherever the command that writes it may run."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.errors import StudyDirectoryError
from harness.schedule.directory import LEDGER, OWNER, open_for_reading
from harness.schedule.ledger import Ledger

#: A copy that was written to meanwhile is made again so often.
TRIES = 5
#: The head of a write-ahead log: it changes when the log has gone into the ledger and begins anew.
WAL_HEAD = 32


@contextmanager
def opened(directory: Path) -> Iterator[Ledger]:
    """Yield the ledger of a study, to be read at one moment.

    It is read in place where that is safe. SQLite's readers and writers agree through memory that they share, which
    machines do not: a ledger that another machine writes is copied, and so is one in a folder that cannot be written.

    Raises:
        StudyDirectoryError: there is no study in the directory, or it changes too fast to be copied.
    """
    if (directory / LEDGER).is_file() and (_foreign(directory) or not os.access(directory, os.W_OK)):
        with TemporaryDirectory() as folder:
            copy_ledger(directory, Path(folder))
            with closing(open_for_reading(Path(folder))) as ledger, ledger.reading():
                yield ledger
    else:
        with closing(open_for_reading(directory)) as ledger, ledger.reading():
            yield ledger


def copy_ledger(directory: Path, folder: Path) -> None:
    """Copy a ledger and its write-ahead log, so that they belong together; the writer is not held up.

    Raises:
        StudyDirectoryError: the ledger was written to during every try.
    """
    for _ in range(TRIES):
        before = _state(directory)
        shutil.copyfile(directory / LEDGER, folder / LEDGER)
        log = directory / f"{LEDGER}-wal"
        (folder / log.name).unlink(missing_ok=True)
        if log.exists():
            shutil.copyfile(log, folder / log.name)
        if _state(directory) == before:
            return
    raise StudyDirectoryError(f"{directory}: its ledger is being written too fast to be copied; try again")


def _foreign(directory: Path) -> bool:
    """Tell whether another machine writes the study, or has ended without saying so."""
    try:
        return (directory / OWNER).read_text().partition(" on ")[2] not in ("", socket.gethostname())
    except OSError:
        return False


def _state(directory: Path) -> tuple[int, int, bytes]:
    """Return what changes when the log goes into the ledger: its time and size, and the log's head."""
    with (directory / LEDGER).open("rb") as stream:
        found = os.fstat(stream.fileno())
    try:
        with (directory / f"{LEDGER}-wal").open("rb") as stream:
            head = stream.read(WAL_HEAD)
    except FileNotFoundError:
        head = b""
    return found.st_mtime_ns, found.st_size, head
