"""Trackers: receive the events of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.records import Parameters


class Tracker:
    """Base of trackers. Events are plain: a name ("study_started", "run_done", …) and JSON values."""

    def __init__(self, parameters: Parameters, directory: Path) -> None:
        self.parameters = parameters
        self.directory = directory

    def event(self, name: str, payload: dict[str, Any]) -> None:
        """Receive one event."""
        raise NotImplementedError

    def close(self) -> None:
        """End: flush what is buffered."""
