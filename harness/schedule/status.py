"""How far a study is, read from its ledger while another command may be writing it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.watching.reader import read_snapshot
from harness.watching.snapshot import Snapshot
from harness.watching.words import standing


def study_status(directory: Path) -> dict[str, Any]:
    """Return the snapshot of a study as one flat mapping with three lists: what runs now, the best gains so far, and
    what failed last. ``left_s`` has an interval of 90 %; it and the gains are as ``harness study watch`` shows them.

    Raises:
        StudyDirectoryError: there is no study in the directory.
    """
    found = read_snapshot(directory)
    plain = found.to_json()
    return {
        "study": found.study,
        "directory": str(directory),
        "state": standing(found),
        "writer": found.writer,
        "phase": found.phase,
        "started_at_utc": found.started_at_utc,
        "changed_at_utc": found.changed_at_utc,
        "finished_at_utc": found.finished_at_utc,
        **_counts(found),
        **_pace(found),
        "running_now": [_worker(one) for one in plain["workers"]],
        "best_gains": plain["gains"],
        "failures": found.n_failures,
        "last_failures": plain["failures"],
    }


def _counts(found: Snapshot) -> dict[str, int]:
    named = {"cells": found.cells, "trials": found.trials, "runs": found.runs}
    each = [{what: count.total, f"{what}_done": count.done} for what, count in named.items()]
    trainings, running = found.trainings, sum(not one.doing.startswith("probe") for one in found.workers)
    return {
        **{name: n for counts in each for name, n in counts.items()},
        "trainings": trainings.total,
        "done": trainings.done - trainings.failed - trainings.pruned,
        "failed": trainings.failed,
        "pruned": trainings.pruned,
        "running": running,
        "pending": max(trainings.left - running, 0),
        "probes": found.probes.total,
        "probes_done": found.probes.done - found.probes.failed,
        "probes_failed": found.probes.failed,
    }


def _pace(found: Snapshot) -> dict[str, float | int | None]:
    left = found.time_left
    ends = (left.seconds, left.low, left.high) if left is not None else (None, None, None)
    return {
        **dict(zip(("left_s", "left_low_s", "left_high_s"), map(_rounded, ends), strict=True)),
        "slots": found.throughput.slots,
        "trainings_per_hour": found.throughput.per_hour,
        "utilisation": found.throughput.utilisation,
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)


def _worker(worker: dict[str, Any]) -> dict[str, Any]:
    return {
        name: worker[name] for name in ("worker", "doing", "tasks", "fold", "epoch", "epochs", "for_s", "key")
    }
