"""What the ledger keeps about trackers: which runs each was told of, so that none is told twice."""

from __future__ import annotations

import sqlite3

TRACKED_SCHEMA = """
CREATE TABLE IF NOT EXISTS tracked (
    tracker TEXT NOT NULL, run_id TEXT NOT NULL, what TEXT NOT NULL, PRIMARY KEY (tracker, run_id));
"""


class TrackedRecords:
    """One table of an open ledger. ``what`` is what became of which training: another one is told anew."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def knows(self, tracker: str, run_id: str, what: str) -> bool:
        """Tell whether a tracker was told."""
        row = self._db.execute(
            "SELECT 1 FROM tracked WHERE tracker=? AND run_id=? AND what=?", (tracker, run_id, what)
        )
        return row.fetchone() is not None

    def told(self, tracker: str, run_id: str, what: str) -> None:
        """A tracker was told."""
        self._db.execute("INSERT OR REPLACE INTO tracked VALUES (?, ?, ?)", (tracker, run_id, what))
