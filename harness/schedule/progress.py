"""What a person, or a script, sees while a study runs: a bar in a terminal, lines elsewhere, JSON events on request."""

from __future__ import annotations

import json
import sys
import time
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

#: Without a terminal, a line is written this often, s.
LINE_EVERY_S = 60.0


class ProgressWatcher(AbstractContextManager["ProgressWatcher"]):
    """Sees the events of a study and shows them on stderr; ``events`` writes each as a JSON line on stdout."""

    def __init__(self, *, events: bool) -> None:
        self.console = Console(stderr=True)
        self._events = events
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self._ended = self._failed = self._total = self._probed = self._to_probe = 0
        self._last_line = 0.0

    def __enter__(self) -> ProgressWatcher:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def preparing(self, done: int, total: int, what: str) -> None:
        """Show how far the preparation of the data is."""
        self._show(what, done, total)
        if done in (0, total):
            self.event("preparing", {"what": what, "done": done, "total": total})

    def trainings(self, done: int, total: int) -> None:
        """Say how many trainings the study takes, and how many were found done."""
        self._ended, self._total = done, total
        self._show("trainings", done, total)
        self.event("study_planned", {"trainings": total, "done": done})

    def probes(self, done: int, total: int) -> None:
        """Say how many probes the study takes, and how many were found done."""
        self._probed, self._to_probe = done, total
        self._show("probes", done, total)
        self.event("probes_planned", {"probes": total, "done": done})

    def event(self, name: str, payload: dict[str, Any]) -> None:
        """See one event."""
        if name == "training_ended":
            self._training_ended(payload)
        elif name == "probe_ended":
            self._probe_ended(payload)
        elif name in ("training_lost", "probe_lost"):
            self.say(
                f"lost {payload['key']}: {payload['error_type']}: {payload['error']}; trying again", "yellow"
            )
        if self._events:
            sys.stdout.write(json.dumps({"event": name, "at": time.time(), **payload}) + "\n")
            sys.stdout.flush()

    def say(self, text: str, style: str = "") -> None:
        """Show a line to a person, as it stands: brackets in it are no markup."""
        self._bar.console.print(Text(text, style=style), soft_wrap=True)

    def _training_ended(self, payload: dict[str, Any]) -> None:
        self._ended += 1
        if payload["status"] == "failed":
            self._failed += 1
            self.say(f"failed {' + '.join(payload['tasks'])}: {_first_line(payload)}", "red")
        self._show("trainings", self._ended, self._total)

    def _probe_ended(self, payload: dict[str, Any]) -> None:
        self._probed += 1
        if payload["status"] == "failed":
            self.say(f"failed probe of {' + '.join(payload['tasks'])}: {_first_line(payload)}", "red")
        self._show("probes", self._probed, self._to_probe)

    def _show(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what, total=total)
        self._bar.update(self._tasks[what], completed=done, total=total)
        now = time.monotonic()
        if not self.console.is_terminal and (done == total or now - self._last_line > LINE_EVERY_S):
            self._last_line = now
            self.console.print(f"{what}: {done} of {total}", highlight=False)


def _first_line(payload: dict[str, Any]) -> str:
    """Return the beginning of an error."""
    return str(payload["error"]).splitlines()[0][:200] if payload["error"] else ""
