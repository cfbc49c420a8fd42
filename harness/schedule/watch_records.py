"""What the ledger keeps for those who watch a study: which searches the study file asks for now, and test scores.

Nothing here decides what is trained: a ledger without it (of an earlier version) is watched with fewer details. The
index has what is counted often, so that counting does not read the trainings' units and results.
"""

from __future__ import annotations

import sqlite3
from typing import Any

WATCH_SCHEMA = """
CREATE TABLE IF NOT EXISTS searches (
    search_id TEXT PRIMARY KEY, cell_id TEXT NOT NULL, fold INTEGER NOT NULL, command INTEGER NOT NULL,
    complete INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS test_scores (
    key TEXT NOT NULL, task TEXT NOT NULL, metric TEXT NOT NULL, value REAL, PRIMARY KEY (key, task));
CREATE INDEX IF NOT EXISTS trainings_brief
    ON trainings (key, status, wall_time_s, busy_s, started_at, finished_at);
"""


class WatchRecords:
    """Two tables of an open ledger; every method is one statement, or part of the caller's transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def opened(self, search_id: str, cell_id: str, fold: int) -> None:
        """The command that writes the ledger now asks for this search."""
        self._db.execute(
            "INSERT OR REPLACE INTO searches (search_id, cell_id, fold, command) "
            "VALUES (?, ?, ?, (SELECT coalesce(max(id), 0) FROM commands))",
            (search_id, cell_id, fold),
        )

    def complete(self, cell_id: str, fold: int) -> None:
        """A cell has in this fold all that the study file asks for."""
        self._db.execute(
            "UPDATE searches SET complete = 1 WHERE cell_id = ? AND fold = ? "
            "AND command = (SELECT coalesce(max(id), 0) FROM commands)",
            (cell_id, fold),
        )

    def scored(self, key: str, result: dict[str, Any]) -> None:
        """Keep a training's test score of each task by its primary metric: the first of the task's scores."""
        first: dict[str, tuple[str, float]] = {}
        for row in result.get("scores", ()):
            if row.get("split") == "test" and row.get("label") is None:
                first.setdefault(row["task"], (row["metric"], row["value"]))
        self._db.executemany(
            "INSERT OR REPLACE INTO test_scores VALUES (?, ?, ?, ?)",
            [(key, task, metric, value) for task, (metric, value) in first.items()],
        )
