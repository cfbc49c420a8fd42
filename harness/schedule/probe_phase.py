"""Measuring the probes of a study, once its trainings have ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.bases.executor import Executor
from harness.schedule.ledger import Ledger
from harness.schedule.probe_plan import Probe, ProbePlan, Unit
from harness.schedule.progress import ProgressWatcher
from harness.schedule.scheduler import Scheduler

ENDED = ("done", "failed")


@dataclass
class ProbeChase:
    """One probe on its way through the scheduler."""

    probe: Probe
    ledger: Ledger
    complete: bool = False

    def advance(self) -> list[Unit]:
        """Return the unit until it has ended."""
        unit = self.probe.unit
        assert unit is not None
        self.complete = self.ledger.probes.add(unit["key"], unit) in ENDED
        return [] if self.complete else [self._with_pools(unit)]

    def take_pruned(self) -> list[str]:
        """Return no keys: probes are not given up."""
        return []

    def done(self) -> dict[str, Any]:
        """Return what is told when the probe has ended."""
        return {"probe": self.probe.kind, "fold": self.probe.fold}

    def _with_pools(self, unit: Unit) -> Unit:
        """Return the unit with the embeddings that it compares; they are not kept in its record."""
        if not self.probe.needs:
            return unit
        pools = [(self.ledger.probes.result(key) or {})["pool"] for key in self.probe.needs]
        return {**unit, "pools": pools}


class ProbeWatcher:
    """Turns the scheduler's words about trainings into words about probes."""

    def __init__(self, watcher: ProgressWatcher) -> None:
        self.watcher = watcher

    def event(self, name: str, payload: dict[str, Any]) -> None:
        """See one event."""
        self.watcher.event(name.replace("training", "probe").replace("pursuit", "probe"), payload)


def measure_probes(
    plan: ProbePlan,
    ledger: Ledger,
    executor: Executor,
    watcher: ProgressWatcher,
    stopping: Callable[[], bool],
    discard: Callable[[str], None],
) -> bool:
    """Measure what is not measured yet; return whether everything has ended (``False``: it was asked to stop).

    Networks are compared once all of them have been looked at.
    """

    def run(probes: list[Probe]) -> bool:
        chases = (ProbeChase(probe, ledger) for probe in probes if probe.unit is not None)
        return Scheduler(chases, ledger.probes, executor, ProbeWatcher(watcher), stopping, discard).run()

    watcher.probes(*progress(plan, ledger))
    return run(plan.first) and run([probe for probe in plan.second if not unmet(probe, ledger)])


def progress(plan: ProbePlan, ledger: Ledger) -> tuple[int, int]:
    """Return how many units of the plan have ended, and how many there are."""
    keys = [probe.unit["key"] for probe in plan.all if probe.unit is not None]
    rows = [ledger.probes.training(key) for key in keys]
    return sum(row is not None and row["status"] in ENDED for row in rows), len(keys)


def unmet(probe: Probe, ledger: Ledger) -> list[str]:
    """Return why a probe cannot be measured: what it needs has failed."""
    rows = [ledger.probes.training(key) for key in probe.needs]
    return [str(row["error"]) for row in rows if row is not None and row["status"] == "failed"]
