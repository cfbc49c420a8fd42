"""What every worker does now."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.schedule.ledger import Ledger
from harness.watching.epochs import checkpoint_epoch
from harness.watching.plan import Plan
from harness.watching.snapshot import Worker
from harness.watching.times import utc

_RUNNING = (
    "SELECT key, worker, started_at, unit FROM {table} WHERE status = 'running' ORDER BY started_at, key"
)


def read_workers(ledger: Ledger, directory: Path, plan: Plan | None, now: float) -> list[Worker]:
    """Return the running trainings and probes, the longest first.

    A training's epoch is known where it was compared with others at a rung, or has left a checkpoint.
    """
    rows = ledger.query(_RUNNING.format(table="trainings"))
    units = {row["key"]: json.loads(row["unit"]) for row in rows}
    doing = _doing(ledger, list(units), plan.trials if plan is not None else None)
    found = [_worker(row, units[row["key"]], doing.get(row["key"], "training"), now) for row in rows]
    found = [_at(worker, _epoch(ledger, directory, worker.key)) for worker in found]
    return found + _probes(ledger, now)


def _probes(ledger: Ledger, now: float) -> list[Worker]:
    if not ledger.probes.counts().get("running"):
        return []
    rows = ledger.query(_RUNNING.format(table="probes"))
    units = [json.loads(row["unit"]) for row in rows]
    return [_worker(row, unit, f"probe {unit['probe']}", now) for row, unit in zip(rows, units, strict=True)]


def _worker(row: Any, unit: dict[str, Any], doing: str, now: float) -> Worker:
    data = unit.get("data", {})
    since = row["started_at"]
    return Worker(
        row["worker"] or "",
        row["key"],
        tuple([unit["mine"]] if "mine" in unit else data.get("tasks", ())),
        data.get("fold"),
        doing,
        utc(since),
        round(max(now - since, 0.0), 1) if since is not None else 0.0,
        epochs=unit.get("spec", {}).get("epochs"),
    )


def _epoch(ledger: Ledger, directory: Path, key: str) -> int | None:
    known = [len(ledger.rungs.reached(key)), checkpoint_epoch(directory, key) or 0]
    return max(known) or None


def _at(worker: Worker, epoch: int | None) -> Worker:
    return replace(worker, epoch=epoch)


def _doing(ledger: Ledger, keys: list[str], trials: int | None) -> dict[str, str]:
    """Return what each training is for: a final run that is no trial, or a trial with its number (from 1)."""
    marks = ", ".join("?" * len(keys))
    of = f" of {trials}" if trials is not None else ""
    runs = ledger.query(f"SELECT key, seed FROM runs WHERE key IN ({marks})", tuple(keys))
    tried = ledger.query(f"SELECT key, number FROM trials WHERE key IN ({marks})", tuple(keys))
    return {row["key"]: f"run, seed {row['seed']}" for row in runs} | {
        row["key"]: f"trial {row['number'] + 1}{of}" for row in tried
    }
