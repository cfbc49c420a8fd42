"""The scheduler: keeps the executor busy with what the ledger says is still to be trained."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from harness.bases.executor import NODE_LOST, Executor, Outcome
from harness.schedule.packs import Packs, Unit, halves, members_of
from harness.schedule.pursuit import ENDED

#: Errors that another try may mend: memory that was short for a moment, a worker that was lost.
RETRIED = {"OutOfMemoryError", "MemoryError"}
MAX_LOSSES = 1


class Watcher(Protocol):
    """Sees what happens: the terminal's progress, the JSON events, the trackers."""

    def event(self, name: str, payload: dict[str, Any]) -> None:
        """See one event."""


class Records(Protocol):
    """Where a scheduler writes what becomes of units: the ledger, or its table of probes."""

    def start(self, key: str, worker: str) -> None:
        """A worker started the unit."""

    def finish(self, key: str, result: dict[str, Any]) -> None:
        """The unit is done."""

    def fail(self, key: str, error_type: str, error: str, trace: str) -> None:
        """The unit failed for good."""

    def lose(self, key: str, error_type: str, error: str, *, counts: bool = True) -> int:
        """The unit was lost; return how often that happened."""

    def training(self, key: str) -> Any:
        """Return the unit's row, or ``None``."""


class Chase(Protocol):
    """What asks for units until it has all that it wants: a cell's pursuit, or a probe."""

    complete: bool

    def advance(self) -> list[Unit]:
        """Return the units that wait for a worker."""

    def take_pruned(self) -> list[str]:
        """Return the keys of the units that were given up since this was asked last."""

    def done(self) -> dict[str, Any]:
        """Return what is told when it is complete."""


class Scheduler:
    """Advances pursuits, submits their units once each, and writes every outcome into the ledger.

    Units that wait are formed into packs as late as that keeps the workers busy, so that packs are full.
    """

    def __init__(
        self,
        pursuits: Iterator[Chase],
        ledger: Records,
        executor: Executor,
        watcher: Watcher,
        stopping: Callable[[], bool],
        discard: Callable[[str], None],
        packs: Packs | None = None,
    ) -> None:
        self._coming = pursuits
        self._ledger = ledger
        self._executor = executor
        self._watcher = watcher
        self._stopping = stopping
        self._discard = discard
        self._packs = packs if packs is not None else Packs()
        self._waiting: dict[str, list[Chase]] = {}
        self._submitted: dict[str, Unit] = {}

    def run(self) -> bool:
        """Work until everything has ended, or until asked to stop; return whether everything has ended."""
        drained = False
        while True:
            if not self._stopping():
                self._open_more()
                self._submit_more()
            elif not drained:
                drained = True
                self._drop()
            if not self._waiting:
                return not drained
            for outcome in self._executor.wait(0.5):
                self._take(outcome, drained)

    def _open_more(self) -> None:
        """Open pursuits until there is more work waiting than workers, so that none idles at a batch's end."""
        while len(self._waiting) < 2 * self._executor.slots * self._packs.most + 2:
            pursuit = next(self._coming, None)
            if pursuit is None:
                return
            self._advance(pursuit)

    def _submit_more(self) -> None:
        """Submit a unit for every worker, and one more each, so that none waits for the ledger."""
        slots = self._executor.slots
        while len(self._packs) and len(self._submitted) < 2 * slots:
            self._submit(self._packs.take(slots - len(self._submitted)))

    def _submit(self, unit: Unit) -> None:
        self._submitted[unit["key"]] = unit
        self._executor.submit(unit)

    def _drop(self) -> None:
        """Forget what no worker has begun."""
        keys = self._packs.clear()
        for dropped in self._executor.cancel():
            keys += [unit["key"] for unit in members_of(self._submitted.pop(dropped))]
        for key in keys:
            del self._waiting[key]

    def _advance(self, pursuit: Chase) -> None:
        for unit in pursuit.advance():
            key = unit["key"]
            if key in self._waiting:
                if pursuit not in self._waiting[key]:
                    self._waiting[key].append(pursuit)
                continue
            self._waiting[key] = [pursuit]
            self._packs.add(unit)
        for key in pursuit.take_pruned():
            if key not in self._waiting:  # another trial may go on with the same training
                self._discard(key)
                self._report(key)
        if pursuit.complete:
            self._watcher.event("pursuit_done", pursuit.done())

    def _take(self, outcome: Outcome, drained: bool) -> None:
        unit = self._submitted[outcome.key]
        if outcome.status == "started":
            for member in members_of(unit):
                self._ledger.start(member["key"], outcome.worker)
                self._watcher.event("training_started", {"key": member["key"], "worker": outcome.worker})
            return
        del self._submitted[outcome.key]
        if "pack" in unit:
            self._take_pack(unit, outcome, drained)
        else:
            self._end(unit, outcome, drained)

    def _take_pack(self, pack: Unit, outcome: Outcome, drained: bool) -> None:
        """End the trainings of a pack; those that were lost with it are tried again in two halves.

        That does not count against them: it was one of them at most, and it is found by halving.
        """
        whole = {"status": "lost", "error_type": outcome.error_type, "error": outcome.error}
        results = outcome.result.get("results", {})
        parts = [(unit, results.get(unit["key"], whole)) for unit in pack["pack"]]
        for unit, part in parts:
            if part["status"] != "lost":
                self._end(unit, Outcome(key=unit["key"], worker=outcome.worker, **part), drained)
        lost = [(unit, part) for unit, part in parts if part["status"] == "lost"]
        for unit, part in lost:
            self._ledger.lose(unit["key"], str(part["error_type"]), str(part["error"]), counts=False)
        if lost:
            why = Outcome(key=outcome.key, **{**lost[0][1], "traceback": None})
            self._retry([unit for unit, _ in lost], why, drained)

    def _end(self, unit: Unit, outcome: Outcome, drained: bool) -> None:
        key = unit["key"]
        again = outcome.status == "lost" or outcome.error_type in RETRIED
        if outcome.status == "done":
            self._ledger.finish(key, outcome.result)
            if outcome.result.get("stop_epoch") is None:  # at a rung the checkpoint is what goes on
                self._discard(key)
        elif again and self._lose(key, outcome) <= MAX_LOSSES:
            self._retry([unit], outcome, drained)
            return
        else:
            self._ledger.fail(key, str(outcome.error_type), str(outcome.error), outcome.traceback or "")
        self._report(key)
        for pursuit in self._waiting.pop(key):
            if not drained:
                self._advance(pursuit)

    def _lose(self, key: str, outcome: Outcome) -> int:
        counts = outcome.error_type != NODE_LOST
        return self._ledger.lose(key, str(outcome.error_type), str(outcome.error), counts=counts)

    def _retry(self, units: list[Unit], outcome: Outcome, drained: bool) -> None:
        payload = {"key": outcome.key, "trainings": len(units)}
        payload |= {"error_type": outcome.error_type, "error": outcome.error}
        self._watcher.event("training_lost", payload)
        for unit in units if drained else ():
            del self._waiting[unit["key"]]
        for half in () if drained else halves(units):
            self._submit(half)

    def _report(self, key: str) -> None:
        row = self._ledger.training(key)
        if row is not None and row["status"] in ENDED:
            payload = {"key": key, "status": row["status"], "objective": row["objective"]}
            payload |= {"wall_time_s": row["wall_time_s"], "error": row["error"], "worker": row["worker"]}
            payload["tasks"] = json.loads(row["unit"])["data"]["tasks"]
            self._watcher.event("training_ended", payload)
