"""Drawing a study again and again while its command works: in a terminal, or as lines where there is none."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from harness.errors import StudyDirectoryError
from harness.watching.ink import Ink
from harness.watching.pacing import Pacing
from harness.watching.reader import read_snapshot
from harness.watching.snapshot import Snapshot
from harness.watching.view import frame
from harness.watching.words import line

#: Without a terminal, a line (and with ``--json`` an event ``progress``) is written this often, s.
LINE_EVERY_S = 60.0


class Screen:
    """Reads a study's ledger in a thread of its own and shows it; the work never waits for it.

    ``step`` is how far the preparation of the data is, which is in no ledger. ``progress`` sees a snapshot a minute.
    """

    def __init__(self, console: Console, directory: Path, progress: Callable[[Snapshot], None]) -> None:
        self.console, self.directory, self._progress = console, directory, progress
        self.step: tuple[str, int, int] | None = None
        self.draws = console.is_terminal and not console.is_dumb_terminal
        self._live = Live(console=console, auto_refresh=False, transient=True) if self.draws else None
        self._told = time.monotonic()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the study while this is open; nothing stays on the terminal."""
        over, pacing = threading.Event(), Pacing(1.0 if self.draws else LINE_EVERY_S)

        def show() -> None:
            while not over.wait(pacing.wait_s):
                pacing.call(self.look)

        thread = threading.Thread(target=show, daemon=True, name="harness-screen")
        if self._live is not None:
            self._live.start()
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            if self._live is not None:
                self._live.stop()

    def look(self) -> None:
        """Read the ledger once and show it; what cannot be read now is read the next time."""
        try:
            snapshot = replace(read_snapshot(self.directory), step=self.step)
        except (sqlite3.Error, StudyDirectoryError, OSError):
            return
        if self._live is not None:
            self._live.update(frame(snapshot, self.console), refresh=True)
        if time.monotonic() - self._told >= LINE_EVERY_S * 0.9:
            self._told = time.monotonic()
            self._progress(snapshot)
            if not self.draws:
                self.console.print(Text(line(snapshot, Ink.of(self.console))), soft_wrap=True)


def progress_of(snapshot: Snapshot) -> dict[str, Any]:
    """Return the payload of an event ``progress``."""
    counted = ("cells", "trials", "runs", "trainings", "probes")
    left = snapshot.time_left
    return {name: vars(getattr(snapshot, name)) for name in counted} | {
        "phase": snapshot.phase,
        "left_s": left and left.seconds,
        "left_low_s": left and left.low,
        "left_high_s": left and left.high,
        "trainings_per_hour": snapshot.throughput.per_hour,
        "utilisation": snapshot.throughput.utilisation,
        "failures": snapshot.n_failures,
    }
