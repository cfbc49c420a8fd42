"""Trackers: receive the events of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.records import Parameters


class Tracker:
    """Base of trackers: experiment trackers that a study tells of its cells and runs (``compute.trackers``).

    Events are plain: a name and JSON values (numbers may be NaN). In this order: ``study_started`` in every command;
    ``cell_started`` once a cell and command; ``run_done`` or ``run_failed`` for every final run, once (a tracker may
    see one again where a command was killed, so write it anew by its ``run_id``); ``study_finished`` when all is done
    and the tables are written. :class:`harness.schedule.tracking.Tracking` lists what each holds. Unknown events are
    to be ignored. What a tracker raises is reported, and switches it off.
    """

    def __init__(self, parameters: Parameters, directory: Path) -> None:
        """``directory`` is the tracker's own, in the study's; it is there once the tracker makes it."""
        self.parameters = parameters
        self.directory = directory

    def event(self, name: str, payload: dict[str, Any]) -> None:
        """Receive one event."""
        raise NotImplementedError

    def close(self) -> None:
        """End: flush what is buffered."""
