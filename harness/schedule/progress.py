"""What people and scripts see while a study runs: a screen in a terminal, lines elsewhere, JSON events on request."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from harness.watching.screen import Screen


class ProgressWatcher(AbstractContextManager["ProgressWatcher"]):
    """Sees the events of a study and shows them on stderr; ``events`` writes each as a JSON line on stdout.

    The lines have the kinds and fields of :mod:`harness.watching.events`.
    """

    def __init__(self, *, events: bool, console: Console | None = None) -> None:
        self.console = console if console is not None else Console(stderr=True)
        self._events, self._writing = events, threading.Lock()
        self._shown = ExitStack()
        self._screen: Screen | None = None
        self._ended = self._total = self._probed = self._to_probe = 0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shown.close()

    @contextmanager
    def following(self, directory: Path) -> Iterator[None]:
        """Show the study of a directory, whose ledger is there, until this is closed or :meth:`rest` is called."""
        from harness.watching.screen import Screen, progress_of

        self._screen = Screen(
            self.console, directory, lambda found: self.event("progress", progress_of(found))
        )
        self._shown.enter_context(self._screen.shown())
        try:
            yield
        finally:
            self.rest()

    def rest(self) -> None:
        """Show no screen any more."""
        self._shown.close()
        self._screen = None

    def preparing(self, done: int, total: int, what: str) -> None:
        """Show how far the preparation of the data is."""
        self._step((what, done, total))
        if done == total:
            self._line(what, done, total)
        if done in (0, total):
            self.event("preparing", {"what": what, "done": done, "total": total})

    def trainings(self, done: int, total: int) -> None:
        """Say how many trainings the study takes, and how many were found done."""
        self._ended, self._total = done, total
        self._step(None)
        self._line("trainings", done, total)
        self.event("study_planned", {"trainings": total, "done": done})

    def probes(self, done: int, total: int) -> None:
        """Say how many probes the study takes, and how many were found done."""
        self._probed, self._to_probe = done, total
        self._line("probes", done, total)
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
            text = json.dumps({"event": name, "at_utc": datetime.now(UTC).isoformat(), **payload})
            with self._writing:
                sys.stdout.write(text + "\n")
                sys.stdout.flush()

    def say(self, text: str, style: str = "") -> None:
        """Show a line to a person, as it stands: brackets in it are no markup."""
        self.console.print(Text(text, style=style), soft_wrap=True)

    def _training_ended(self, payload: dict[str, Any]) -> None:
        self._ended += 1
        if payload["status"] == "failed":
            self.say(f"failed {' + '.join(payload['tasks'])}: {_first_line(payload)}", "red")
        if self._ended == self._total:
            self._line("trainings", self._ended, self._total)

    def _probe_ended(self, payload: dict[str, Any]) -> None:
        self._probed += 1
        if payload["status"] == "failed":
            self.say(f"failed probe of {' + '.join(payload['tasks'])}: {_first_line(payload)}", "red")
        if self._probed == self._to_probe:
            self._line("probes", self._probed, self._to_probe)

    def _step(self, step: tuple[str, int, int] | None) -> None:
        if self._screen is not None:
            self._screen.step = step

    def _line(self, what: str, done: int, total: int) -> None:
        """Write a line where there is no screen."""
        if not self.console.is_terminal:
            self.console.print(f"{what}: {done} of {total}", highlight=False)


def _first_line(payload: dict[str, Any]) -> str:
    """Return the beginning of an error."""
    return str(payload["error"]).splitlines()[0][:200] if payload["error"] else ""
