"""Asking a running study to stop, and waiting until it has."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from harness.errors import StudyDirectoryError
from harness.schedule.directory import owner
from harness.schedule.stopping import Command, ask_to_stop
from harness.watching.opening import opened

#: Between looks at whether the study has stopped, s.
LOOK_EVERY_S = 0.2


def stop_study(directory: Path, *, now: bool, wait: bool) -> Iterator[str]:
    """Ask the command that writes a study to stop, and yield what to tell; with ``wait`` until it has stopped.

    Raises:
        StudyDirectoryError: there is no study in the directory, or a request cannot be written there.
    """
    with opened(directory) as ledger:
        command = Command.from_json(ledger.meta("command_json"))
    writer = owner(directory)
    if writer is None:
        yield f"{directory}: not running, so there is nothing to stop"
        return
    if command is None or writer != f"pid {command.pid} on {command.host}":
        raise StudyDirectoryError(
            f"{directory}: {writer} writes it, and that is no 'harness study run' that can be asked to stop; "
            "stop it where it runs"
        )
    _ask(directory, command, now=now)
    how = "stop at once" if now else "finish what is running and stop"
    yield f"{directory}: asked {writer} to {how}"
    if wait:
        while owner(directory) == writer:
            time.sleep(LOOK_EVERY_S)
        yield f"{directory}: stopped; go on with: harness study resume {directory}"


def _ask(directory: Path, command: Command, *, now: bool) -> None:
    try:
        ask_to_stop(directory, command, now=now)
    except OSError as error:
        raise StudyDirectoryError(
            f"{directory}: a request to stop cannot be written there: {error}"
        ) from error
