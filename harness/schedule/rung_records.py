"""What the ledger keeps about rungs: what trainings had reached, and which trials went on."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable

from harness.tune.pruning import Report

RUNG_SCHEMA = """
CREATE TABLE IF NOT EXISTS reached (key TEXT PRIMARY KEY, objectives TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS verdicts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, search_id TEXT NOT NULL, number INTEGER NOT NULL, epoch INTEGER NOT NULL,
    value REAL, pruned INTEGER NOT NULL, UNIQUE (search_id, number, epoch));
"""


class RungRecords:
    """Two tables of an open ledger: ``reached`` belongs to trainings, ``verdicts`` to the trials of a search.

    They are apart because a verdict compares a trial with the others of its search, while a training may serve
    several trials and outlive a change of the study file.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def reach(self, key: str, objectives: list[float]) -> None:
        """Record a training's objective after each of its epochs so far."""
        self._db.execute("INSERT OR REPLACE INTO reached VALUES (?, ?)", (key, json.dumps(objectives)))

    def reached(self, key: str) -> list[float]:
        """Return a training's objective after each of its epochs so far; empty when none is known."""
        row = self._db.execute("SELECT objectives FROM reached WHERE key = ?", (key,)).fetchone()
        objectives: list[float] = json.loads(row["objectives"]) if row else []
        return objectives

    def judge(self, search_id: str, verdicts: Iterable[tuple[Report, bool]]) -> None:
        """Record whether trials were pruned at a rung, in the order in which they were judged."""
        self._db.executemany(
            "INSERT INTO verdicts (search_id, number, epoch, value, pruned) VALUES (?, ?, ?, ?, ?)",
            [(search_id, one.number, one.epoch, one.value, pruned) for one, pruned in verdicts],
        )

    def verdicts(self, search_id: str) -> list[tuple[Report, bool]]:
        """Return the verdicts of a search in the order in which they were given."""
        rows = self._db.execute("SELECT * FROM verdicts WHERE search_id = ? ORDER BY id", (search_id,))
        return [
            (Report(row["number"], row["epoch"], _number(row["value"])), bool(row["pruned"])) for row in rows
        ]

    def set_pruned(self, key: str, at: float) -> None:
        """A training's trial was pruned: nobody waits for it any more."""
        self._db.execute(
            "UPDATE trainings SET status='pruned', finished_at=? WHERE key=? AND status='pending'", (at, key)
        )

    def reprieve(self, search_id: str, number: int, key: str, to: Report) -> None:
        """Take a trial's pruning back: it goes on to the epoch of ``to``, without another comparison before."""
        self._db.execute("UPDATE verdicts SET pruned=0 WHERE search_id=? AND number=?", (search_id, number))
        self._db.execute("UPDATE trainings SET status='pending' WHERE key=? AND status='pruned'", (key,))
        self.judge(search_id, [(to, False)])


def _number(value: float | None) -> float:
    return math.nan if value is None else value  # SQLite keeps NaN as NULL
