"""A study without its trainings: everything that the parent does, timed. The benchmarks of the schedule call this."""

from __future__ import annotations

import resource
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.plugins import load_registry
from harness.schedule.cells import enumerate_cells
from harness.schedule.directory import open_study
from harness.schedule.local import LocalExecutor, LocalParameters
from harness.schedule.prepare import prepare
from harness.schedule.pursuit import pursuits
from harness.schedule.scheduler import Scheduler
from harness.schedule.units import UnitFactory

if TYPE_CHECKING:
    from harness.config import StudyConfig


@dataclass(frozen=True)
class Rehearsal:
    """What a rehearsal took. ``trained`` counts the units that went to a worker: 0 where all were found done.

    ``seconds`` is from the first unit that is asked for to the last outcome in the ledger; data and workers are ready
    before. ``growth_mb`` is by how much the parent's greatest memory grew in that time, in 2²⁰ bytes.
    """

    units: int
    trained: int
    seconds: float
    growth_mb: float


def no_training(unit: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """Give back at once what a training gives back, without rows. The objective is made from the unit's key."""
    return {"objective": int(unit["key"][:6], 16) / 16**6, "busy_s": 0.0, "wall_time_s": 0.0}


def rehearse(config: StudyConfig, directory: Path, *, workers: int = 2) -> Rehearsal:
    """Go through a study with :func:`no_training`; a second call on the same directory finds everything done."""
    prepared = prepare(config, load_registry(), lambda done, total, what: None)
    cells = enumerate_cells(prepared.config)
    n_folds = {cell.id: prepared.n_folds(cell.tasks) for cell in cells}
    executor = LocalExecutor(LocalParameters.model_validate({"workers": workers}))
    with open_study(config.study, directory) as ledger:
        executor.start("harness.schedule.rehearsal:no_training", {})
        try:
            while executor.ready < workers:
                executor.wait(0.1)
            before, started = _peak_mb(), time.perf_counter()
            coming = pursuits(
                cells,
                UnitFactory(prepared),
                ledger,
                n_folds,
                scope=config.tuning.scope,
                seeds=config.evaluation.seeds,
            )
            watcher = _Counter()
            Scheduler(coming, ledger, executor, watcher, lambda: False, lambda key: None).run()
            seconds = time.perf_counter() - started
        finally:
            executor.stop(now=True)
        units = ledger.query("SELECT count(*) AS n FROM trainings")[0]["n"]
    return Rehearsal(units, watcher.ended, seconds, _peak_mb() - before)


class _Counter:
    """Counts the trainings that ended."""

    ended = 0

    def event(self, name: str, payload: dict[str, Any]) -> None:
        """See one event."""
        self.ended += name == "training_ended"


def _peak_mb() -> float:
    """Return the greatest resident memory of this process so far (ru_maxrss is in kB on Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
