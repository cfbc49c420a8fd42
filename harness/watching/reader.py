"""Reading a snapshot of a study from its ledger, while another process may be writing it."""

from __future__ import annotations

import time
from pathlib import Path

from harness.schedule.directory import LEDGER, owner
from harness.schedule.ledger import Ledger
from harness.watching.counts import planned_counts, probe_counts, unplanned_counts
from harness.watching.failures import read_failures
from harness.watching.gains import read_gains
from harness.watching.opening import opened
from harness.watching.plan import Plan
from harness.watching.searches import left_by_cell, read_searches
from harness.watching.snapshot import Count, Snapshot
from harness.watching.throughput import read_pace, throughput_of
from harness.watching.time_left import read_time_left
from harness.watching.times import utc
from harness.watching.workers import read_workers

#: How many of the best gains a snapshot shows.
BEST = 5
#: Phases of a running command in which its workers work.
WORKING = ("training", "probing")


def read_snapshot(directory: Path, now: float | None = None) -> Snapshot:
    """Return how far the study is: one consistent look into its ledger, which is not written and not locked.

    Raises:
        StudyDirectoryError: there is no study in the directory.
    """
    writer = owner(directory)
    with opened(directory) as ledger:
        return snapshot_of(ledger, directory, writer, time.time() if now is None else now)


def snapshot_of(ledger: Ledger, directory: Path, writer: str | None, now: float) -> Snapshot:
    """Return the snapshot of an open ledger; ``writer`` is the command that writes it, if one does."""
    plan = Plan.of(ledger)
    searches = read_searches(ledger, plan) if plan is not None else {}
    left = left_by_cell(plan, searches) if plan is not None else {}
    counts = planned_counts(plan, searches, left) if plan is not None else unplanned_counts(ledger)
    gains = read_gains(ledger, plan, searches) if plan is not None else []
    probes, (failures, n_failures) = probe_counts(ledger), read_failures(ledger)
    phase = _phase(ledger, writer, counts.trainings, probes)
    pace = read_pace(ledger, now, running=phase in WORKING)
    coming = phase not in ("finished", "analysing")
    return Snapshot(
        study=ledger.meta("study") or "",
        directory=str(directory),
        at_utc=utc(now) or "",
        writer=writer,
        phase=phase,
        started_at_utc=ledger.meta("started_at_utc"),
        finished_at_utc=ledger.meta("finished_at_utc"),
        changed_at_utc=utc(_changed(directory)),
        elapsed_s=None if pace.elapsed_s is None else round(pace.elapsed_s, 1),
        cells=counts.cells,
        trials=counts.trials,
        runs=counts.runs,
        trainings=counts.trainings,
        probes=probes,
        time_left=read_time_left(ledger, plan, left, counts.trainings, probes, pace) if coming else None,
        throughput=throughput_of(ledger, pace),
        workers=tuple(read_workers(ledger, directory, plan, now)) if writer is not None else (),
        gains=tuple(gains[:BEST]),
        n_gains=len(gains),
        failures=tuple(failures),
        n_failures=n_failures,
        stopping=writer is not None and ledger.meta("stopping") == "1",
    )


def _phase(ledger: Ledger, writer: str | None, trainings: Count, probes: Count) -> str:
    """Return what the command does, or how it ended; a ledger of an earlier version does not say."""
    if writer is not None:
        return ledger.meta("phase") or ("training" if trainings.left else "analysing")
    whole = trainings.total > 0 and not trainings.left and not probes.left
    return "finished" if whole and ledger.meta("finished_at_utc") else "stopped"


def _changed(directory: Path) -> float:
    """Return when the ledger was written last, s since 1970."""
    files = [directory / LEDGER, directory / f"{LEDGER}-wal"]
    return max(path.stat().st_mtime for path in files if path.exists())
