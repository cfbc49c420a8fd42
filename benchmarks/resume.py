"""How long a finished study of 10,000 units takes to be found done.

The ledger of a study of 20 tasks (see ``schedule``) is filled; then it is opened again, and everything that
``harness study run`` does between preparing the data and writing the tables is timed: cells, searches rebuilt from
their trials, every unit's content key, the state of every training. Nothing may be submitted.
"""

from __future__ import annotations

import time

from benchmarks.noop_study import Instant, NoopStudy, noop_study
from benchmarks.results import Measurement, Result, figure


def run(quick: bool) -> Result:
    """Run the benchmark: one finished study, found done again and again."""
    n_tasks, rounds = (4, 1) if quick else (20, 5)
    with noop_study(n_tasks) as study:
        _fill(study)
        seconds = tuple(_found_done_s(study) for _ in range(rounds))
    found = Measurement(name="found done", unit="s", values=seconds)
    return Result(
        name="resume", title="a finished study is found done", device="cpu",
        figures=[figure("found done", found, at_most=5)],
        settings={"units": study.n_units, "tasks": n_tasks}, notes=[f"{study.n_units:,} finished units."],
    )  # fmt: skip


def _fill(study: NoopStudy) -> None:
    ledger, executor = study.ledger(), Instant()
    study.run(ledger, executor)
    ledger.close()
    if executor.submitted != study.n_units:
        raise RuntimeError(f"{executor.submitted} of {study.n_units} units were submitted")


def _found_done_s(study: NoopStudy) -> float:
    executor, clock = Instant(), time.perf_counter()
    ledger = study.ledger()
    study.run(ledger, executor)
    took = time.perf_counter() - clock
    ledger.close()
    if executor.submitted:
        raise RuntimeError(f"{executor.submitted} units of a finished study were submitted again")
    return took
