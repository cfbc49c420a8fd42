"""How far a study is, read from its ledger while another command may be writing it."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from harness.schedule.directory import open_for_reading, owner
from harness.schedule.utilisation import utilisation


def study_status(directory: Path) -> dict[str, Any]:
    """Return counts of trainings by state, what runs now, an estimate of the time left (s), and the utilisation.

    Raises:
        StudyDirectoryError: there is no study in the directory.
    """
    ledger = open_for_reading(directory)
    try:
        rows = ledger.query("SELECT status, count(*) AS n FROM trainings GROUP BY status")
        states = {row["status"]: row["n"] for row in rows}
        total = int(ledger.meta("n_trainings") or 0)
        slots = int(ledger.meta("slots") or 1)
        return {
            "study": ledger.meta("study"),
            "directory": str(directory),
            "writer": owner(directory),
            "started_at_utc": ledger.meta("started_at_utc"),
            "finished_at_utc": ledger.meta("finished_at_utc"),
            "cells": int(ledger.meta("n_cells") or 0),
            "trainings": total,
            **{name: states.get(name, 0) for name in ("done", "failed", "pruned", "running", "pending")},
            "probes": int(ledger.meta("n_probes") or 0),
            **{f"probes_{name}": n for name, n in sorted(ledger.probes.counts().items())},
            "running_now": _running(ledger.query("SELECT * FROM trainings WHERE status = 'running'")),
            "left_s": _left(ledger, total, slots, states),
            "slots": slots,
            "utilisation": _rounded(utilisation(ledger)),
        }
    finally:
        ledger.close()


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _running(rows: list[sqlite3.Row]) -> list[dict[str, Any]]:
    now = time.time()
    return [
        {"key": row["key"], "worker": row["worker"], "for_s": round(now - row["started_at"], 1)}
        for row in rows
    ]


def _left(ledger: Any, total: int, slots: int, states: dict[str, int]) -> float | None:
    """Estimate: what is left times the mean wall time of what is done or pruned, over the workers."""
    mean = ledger.query("SELECT avg(wall_time_s) AS s FROM trainings WHERE status IN ('done', 'pruned')")[0][
        "s"
    ]
    left = total - sum(states.get(name, 0) for name in ("done", "failed", "pruned"))
    return None if mean is None or left < 0 else round(mean * left / slots, 1)
