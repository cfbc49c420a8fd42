"""Asking the command that writes a study to stop, from another process: a small file that the command looks for.

A request names the command that it is for, is written by one rename, and is removed when it is taken or when another
command begins, so that a stale one never stops a later command.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

REQUEST = "study.stop"
#: The command looks for a request this often, s.
LOOK_EVERY_S = 0.5


@dataclass(frozen=True)
class Command:
    """The command that writes a study: an identity that no other has, and where it runs."""

    id: str
    pid: int
    host: str
    started_at_utc: str
    working_directory: str

    @classmethod
    def this(cls) -> Command:
        """Return this process, as a new command."""
        return cls(uuid.uuid4().hex, os.getpid(), socket.gethostname(), _now(), str(Path.cwd()))

    @classmethod
    def from_json(cls, text: str | None) -> Command | None:
        """Return what :meth:`to_json` wrote, or ``None``."""
        return cls(**json.loads(text)) if text else None

    def to_json(self) -> str:
        """Return the command as JSON."""
        return json.dumps(asdict(self))


def ask_to_stop(directory: Path, command: Command, *, now: bool) -> Path:
    """Write the request, whole or not at all, and return its file."""
    path = directory / REQUEST
    draft = directory / f"{REQUEST}.{uuid.uuid4().hex}"
    try:
        draft.write_text(json.dumps({"command": command.id, "now": now, "asked_at_utc": _now()}))
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def forget_requests(directory: Path) -> None:
    """Remove the requests that were for another command, and drafts of them that a killed process left."""
    for path in directory.glob(f"{REQUEST}*"):
        path.unlink(missing_ok=True)


class Asked:
    """What was asked of this command so far. ``soon``: finish what is running and stop; ``now``: stop at once."""

    def __init__(self, directory: Path, command: Command, say: Callable[[str, str], None]) -> None:
        self.soon = self.now = False
        #: Whether there is nothing worth waiting for, as in the preparation: a request interrupts, as Ctrl-C does.
        self.interrupts = True
        self._path, self._id, self._say = directory / REQUEST, command.id, say
        self._in_main = threading.current_thread() is threading.main_thread()

    def look(self) -> None:
        """Take a request, if there is one for this command."""
        found = self._take()
        if found is None:
            return
        text = "stops now" if found else "finishes what is running, and stops"
        self._say(f"asked by 'harness study stop': {text}", "yellow")
        self.soon, self.now = True, self.now or found
        if self._in_main and (self.now or self.interrupts):
            _interrupt()

    def _take(self) -> bool | None:
        """Return whether the request says now; ``None`` where there is none."""
        try:
            found = json.loads(self._path.read_text())
            self._path.unlink(missing_ok=True)
        except (OSError, ValueError):
            return None
        return bool(found.get("now")) if found.get("command") == self._id else None


def _interrupt() -> None:
    """Do what Ctrl-C does: a signal to the main thread, which ends what it waits for."""
    main = threading.main_thread().ident
    assert main is not None
    signal.pthread_kill(main, signal.SIGINT)


@contextmanager
def listening(directory: Path, command: Command, say: Callable[[str, str], None]) -> Iterator[Asked]:
    """Look for requests while this is open, beside the work."""
    forget_requests(directory)
    asked, over = Asked(directory, command, say), threading.Event()

    def listen() -> None:
        while not over.wait(LOOK_EVERY_S):
            asked.look()

    thread = threading.Thread(target=listen, daemon=True, name="harness-listener")
    thread.start()
    try:
        yield asked
    finally:
        over.set()
        thread.join()
        forget_requests(directory)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
