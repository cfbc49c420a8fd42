"""Watching a study from another process until it is finished, or stopped."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.text import Text

from harness.schedule.directory import owner
from harness.watching.ink import Ink
from harness.watching.pacing import Pacing
from harness.watching.reader import read_snapshot
from harness.watching.screen import LINE_EVERY_S
from harness.watching.snapshot import Snapshot
from harness.watching.view import frame
from harness.watching.words import line

#: A ledger that cannot be read at the moment is tried again so often before that is an error.
TRIES = 5


def watch_study(directory: Path, *, once: bool, as_json: bool, console: Console | None = None) -> None:
    """Show a study until nobody writes it (with ``once``: one time), on standard output.

    A terminal gets a screen that is drawn again and again, a file or a pipe a line a minute and the last screen;
    with ``as_json`` each snapshot is a line of JSON.

    Raises:
        StudyDirectoryError: there is no study in the directory.
    """
    console = console if console is not None else Console(highlight=False)
    drawn = console.is_terminal and not console.is_dumb_terminal
    if as_json:
        for snapshot in snapshots(directory, once=once):
            sys.stdout.write(json.dumps(snapshot.to_json()) + "\n")
            sys.stdout.flush()
    elif once:
        console.print(frame(next(snapshots(directory, once=True)), console))
    elif drawn:
        with Live(console=console, auto_refresh=False) as live:
            for snapshot in snapshots(directory):
                live.update(frame(snapshot, console), refresh=True)
    else:
        for snapshot in snapshots(directory, every_s=LINE_EVERY_S):
            last = frame(snapshot, console) if snapshot.ended else Text(line(snapshot, Ink.of(console)))
            console.print(last, soft_wrap=not snapshot.ended)


def snapshots(directory: Path, *, once: bool = False, every_s: float = 1.0) -> Iterator[Snapshot]:
    """Yield snapshots until nobody writes the study; with ``once`` a single one."""
    pacing = Pacing(every_s)
    while True:
        snapshot = pacing.call(lambda: _read(directory))
        yield snapshot
        if once or snapshot.ended:
            return
        _wait(directory, pacing.wait_s)


def _read(directory: Path) -> Snapshot:
    for _ in range(TRIES - 1):
        try:
            return read_snapshot(directory)
        except sqlite3.DatabaseError:  # a writer that closes the ledger at this moment, a copy that is torn
            time.sleep(0.2)
    return read_snapshot(directory)


def _wait(directory: Path, seconds: float) -> None:
    """Wait, but not longer than the study is written."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and owner(directory) is not None:
        time.sleep(min(left, 1.0))
