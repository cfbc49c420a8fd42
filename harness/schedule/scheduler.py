"""The scheduler: keeps the executor busy with what the ledger says is still to be trained."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from harness.bases.executor import Executor, Outcome
from harness.schedule.ledger import Ledger
from harness.schedule.pursuit import ENDED, Pursuit

#: Errors that another try may mend: memory that was short for a moment, a worker that was lost.
RETRIED = {"OutOfMemoryError", "MemoryError"}
MAX_LOSSES = 1


class Watcher(Protocol):
    """Sees what happens: the terminal's progress, the JSON events, the trackers."""

    def event(self, name: str, payload: dict[str, Any]) -> None:
        """See one event."""


class Scheduler:
    """Advances pursuits, submits their units once each, and writes every outcome into the ledger."""

    def __init__(
        self,
        pursuits: Iterator[Pursuit],
        ledger: Ledger,
        executor: Executor,
        watcher: Watcher,
        stopping: Callable[[], bool],
        discard: Callable[[str], None],
    ) -> None:
        self._coming = pursuits
        self._ledger = ledger
        self._executor = executor
        self._watcher = watcher
        self._stopping = stopping
        self._discard = discard
        self._waiting: dict[str, list[Pursuit]] = {}
        self._units: dict[str, dict[str, Any]] = {}

    def run(self) -> bool:
        """Work until everything has ended, or until asked to stop; return whether everything has ended."""
        drained = False
        while True:
            if not self._stopping():
                self._open_more()
            elif not drained:
                drained = True
                for key in self._executor.cancel():
                    self._forget(key)
            if not self._waiting:
                return not drained
            for outcome in self._executor.wait(0.5):
                self._take(outcome, drained)

    def _open_more(self) -> None:
        """Open pursuits until there is more work waiting than workers, so that none idles at a batch's end."""
        while len(self._waiting) < 2 * self._executor.slots + 2:
            pursuit = next(self._coming, None)
            if pursuit is None:
                return
            self._advance(pursuit)

    def _advance(self, pursuit: Pursuit) -> None:
        for unit in pursuit.advance():
            key = unit["key"]
            if key in self._waiting:
                if pursuit not in self._waiting[key]:
                    self._waiting[key].append(pursuit)
                continue
            self._waiting[key] = [pursuit]
            self._units[key] = unit
            self._executor.submit(unit)
        for key in pursuit.take_pruned():
            if key not in self._waiting:  # another trial may go on with the same training
                self._discard(key)
                self._report(key)
        if pursuit.complete:
            self._watcher.event("pursuit_done", {"cell": pursuit.cell.id, "fold": pursuit.fold})

    def _forget(self, key: str) -> list[Pursuit]:
        self._units.pop(key)
        return self._waiting.pop(key)

    def _take(self, outcome: Outcome, drained: bool) -> None:
        key = outcome.key
        if outcome.status == "started":
            self._ledger.start(key, outcome.worker)
            self._watcher.event("training_started", {"key": key, "worker": outcome.worker})
            return
        again = outcome.status == "lost" or outcome.error_type in RETRIED
        if outcome.status == "done":
            self._ledger.finish(key, outcome.result)
            if outcome.result.get("stop_epoch") is None:  # at a rung the checkpoint is what goes on
                self._discard(key)
        elif again and self._ledger.lose(key, str(outcome.error_type), str(outcome.error)) <= MAX_LOSSES:
            self._retry(outcome, drained)
            return
        else:
            self._ledger.fail(key, str(outcome.error_type), str(outcome.error), outcome.traceback or "")
        self._report(key)
        for pursuit in self._forget(key):
            if not drained:
                self._advance(pursuit)

    def _retry(self, outcome: Outcome, drained: bool) -> None:
        self._watcher.event(
            "training_lost", {"key": outcome.key, "error_type": outcome.error_type, "error": outcome.error}
        )
        if drained:
            self._forget(outcome.key)
        else:
            self._executor.submit(self._units[outcome.key])

    def _report(self, key: str) -> None:
        row = self._ledger.training(key)
        if row is not None and row["status"] in ENDED:
            payload = {"key": key, "status": row["status"], "objective": row["objective"]}
            payload |= {"wall_time_s": row["wall_time_s"], "error": row["error"], "worker": row["worker"]}
            payload["tasks"] = json.loads(row["unit"])["data"]["tasks"]
            self._watcher.event("training_ended", payload)
