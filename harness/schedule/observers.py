"""Several watchers of one study: each sees every event."""

from __future__ import annotations

from typing import Any

from harness.schedule.beside import remove_not_chosen
from harness.schedule.ledger import Ledger
from harness.schedule.scheduler import Watcher


class Observers:
    """Passes every event on, in the order of the watchers."""

    def __init__(self, *watchers: Watcher) -> None:
        self.watchers = watchers

    def event(self, name: str, payload: dict[str, Any]) -> None:
        """See one event."""
        for watcher in self.watchers:
            watcher.event(name, payload)


class NotChosen:
    """Removes the networks of trials that were not chosen, as soon as their search has its final runs."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def event(self, name: str, payload: dict[str, Any]) -> None:
        """See one event."""
        if name == "pursuit_done":
            remove_not_chosen(self.ledger, payload["cell"], payload["fold"])


class Complete:
    """Records which cells have all that the study file asks for in which folds, for those who watch."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def event(self, name: str, payload: dict[str, Any]) -> None:
        """See one event."""
        if name == "pursuit_done":
            self.ledger.watched.complete(payload["cell"], payload["fold"])
