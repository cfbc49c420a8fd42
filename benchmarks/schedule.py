"""What a unit costs beside its training: scheduler, ledger and local executor with 10,000 units that do nothing.

A study of 20 tasks (every single, pair and placebo, tuned with 5 trials, 5 folds and 5 seeds) goes through the search,
the units' content keys, the ledger on the disk, the pipes to two worker processes and back. What is divided by the
number of units is the wall time of all that; the workers have started before. Growth is that of the parent's resident
memory.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from benchmarks.noop_study import noop_study
from benchmarks.results import Measurement, Result, figure
from harness.schedule.local import LocalExecutor, LocalParameters

WORKERS = 2


def run(quick: bool) -> Result:
    """Run the benchmark: a fresh ledger and fresh workers a round."""
    n_tasks, rounds = (4, 1) if quick else (20, 3)
    found = [_round(n_tasks) for _ in range(rounds)]
    a_unit = Measurement(name="a unit", unit="ms", values=tuple(ms for ms, _, _ in found))
    growth = Measurement(name="growth of the parent", unit="MB", values=tuple(mb for _, mb, _ in found))
    return Result(
        name="schedule", title="overhead of a unit, and memory", device="cpu",
        figures=[figure("a unit", a_unit, at_most=3), figure("growth of the parent", growth, at_most=50)],
        settings={"units": found[0][2], "tasks": n_tasks, "workers": WORKERS},
        notes=[f"{found[0][2]:,} units, {WORKERS} workers."],
    )  # fmt: skip


def _round(n_tasks: int) -> tuple[float, float, int]:
    """Return ms a unit, MB that the parent grew by, and the number of units."""
    executor = LocalExecutor(LocalParameters.model_validate({"workers": WORKERS}))
    with noop_study(n_tasks) as study:
        ledger = study.ledger()
        executor.start("benchmarks.noop_study:nothing", {})
        try:
            while executor.ready < WORKERS:
                executor.wait(0.1)
            before, clock = resident_mb(), time.perf_counter()
            study.run(ledger, executor)
            took, grown = time.perf_counter() - clock, resident_mb() - before
        finally:
            executor.stop(now=False)
        [row] = ledger.query("SELECT count(*) AS n FROM trainings WHERE status = 'done'")
        ledger.close()
        if row["n"] != study.n_units:
            raise RuntimeError(f"{row['n']} of {study.n_units} units are done")
    return 1e3 * took / study.n_units, grown, study.n_units


def resident_mb() -> float:
    """Return this process's resident memory, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
