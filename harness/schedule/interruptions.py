"""Ctrl-C, SIGTERM and a full disk: none of them loses a finished run."""

from __future__ import annotations

import contextlib
import errno
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from harness.errors import StudyDirectoryError


@contextmanager
def interrupts(
    say: Callable[[str, str], None], at_once: Callable[[], bool] = lambda: False
) -> Iterator[Callable[[], bool]]:
    """First Ctrl-C (or SIGTERM): finish what is running and stop. Second: stop now. Neither loses a finished run.

    Where ``at_once`` says so, the first is the second: the signal was sent for another process that asked for it.
    """
    seen: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        if len(seen) > 1 or at_once():
            raise KeyboardInterrupt
        say("finishing what is running; press Ctrl-C again to stop now", "yellow")

    before = {}
    with contextlib.suppress(ValueError):  # not in the main thread: the caller handles signals
        before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(seen)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def disk_errors(directory: Path) -> Iterator[None]:
    """Say what a full disk means, instead of a traceback."""
    text = f"{directory}: the disk is full; free some space and run the same command again: no finished run is lost"
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StudyDirectoryError(
            text if "full" in str(error) else f"{directory}: the ledger: {error}"
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StudyDirectoryError(text) from error
        raise
