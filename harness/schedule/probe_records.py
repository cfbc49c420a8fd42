"""What the ledger keeps about probes: each unit of work by its content key, its state and its result."""

from __future__ import annotations

import json
import sqlite3
import zlib
from datetime import UTC, datetime
from typing import Any

PROBE_SCHEMA = """
CREATE TABLE IF NOT EXISTS probes (
    key TEXT PRIMARY KEY, unit TEXT NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    losses INTEGER NOT NULL DEFAULT 0, worker TEXT, started_at REAL, finished_at REAL, wall_time_s REAL,
    error_type TEXT, error TEXT, traceback TEXT, result BLOB);
"""


class ProbeRecords:
    """One table of an open ledger, with what a scheduler asks of a ledger; every method is one statement, so that it
    is done or not done.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, key: str, unit: dict[str, Any]) -> str:
        """Add a unit if it is new, and return its status."""
        self._db.execute(
            "INSERT OR IGNORE INTO probes (key, unit, status) VALUES (?, ?, 'pending')",
            (key, json.dumps(unit)),
        )
        row = self._db.execute("SELECT status FROM probes WHERE key = ?", (key,)).fetchone()
        return str(row["status"])

    def start(self, key: str, worker: str) -> None:
        """A worker started the unit."""
        self._db.execute(
            "UPDATE probes SET status='running', attempts=attempts+1, worker=?, started_at=? WHERE key=?",
            (worker, _now(), key),
        )

    def finish(self, key: str, result: dict[str, Any]) -> None:
        """The unit is done: its result goes in with the change of state."""
        blob = zlib.compress(json.dumps(result, allow_nan=False).encode(), 6)
        self._db.execute(
            "UPDATE probes SET status='done', finished_at=?, wall_time_s=?, result=?, error_type=NULL, error=NULL, "
            "traceback=NULL WHERE key=?",
            (_now(), result["wall_time_s"], blob, key),
        )

    def fail(self, key: str, error_type: str, error: str, trace: str) -> None:
        """The unit failed for good."""
        self._db.execute(
            "UPDATE probes SET status='failed', finished_at=?, error_type=?, error=?, traceback=? WHERE key=?",
            (_now(), error_type, error, trace, key),
        )

    def lose(self, key: str, error_type: str, error: str, *, counts: bool = True) -> int:
        """The unit was lost with its worker, or may be tried again; return how often that happened."""
        self._db.execute(
            "UPDATE probes SET status='pending', losses=losses+?, error_type=?, error=? WHERE key=?",
            (int(counts), error_type, error, key),
        )
        return int(self._db.execute("SELECT losses FROM probes WHERE key=?", (key,)).fetchone()["losses"])

    def reset_running(self) -> None:
        """Make what an interrupted command left running pending again."""
        self._db.execute("UPDATE probes SET status='pending' WHERE status='running'")

    def retry_failed(self) -> None:
        """Make failed units pending again."""
        self._db.execute("UPDATE probes SET status='pending', losses=0 WHERE status='failed'")

    def training(self, key: str) -> sqlite3.Row | None:
        """Return a unit's row without its result; it has no objective."""
        row: sqlite3.Row | None = self._db.execute(
            "SELECT key, unit, status, attempts, worker, wall_time_s, error_type, error, NULL AS objective "
            "FROM probes WHERE key = ?",
            (key,),
        ).fetchone()
        return row

    def result(self, key: str) -> dict[str, Any] | None:
        """Return a done unit's result."""
        row = self._db.execute(
            "SELECT result FROM probes WHERE key = ? AND status = 'done'", (key,)
        ).fetchone()
        if row is None:
            return None
        result: dict[str, Any] = json.loads(zlib.decompress(row["result"]))
        return result

    def counts(self) -> dict[str, int]:
        """Return how many units are in each state; none in a ledger that is older than probes."""
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'probes'").fetchone():
            return {}
        rows = self._db.execute("SELECT status, count(*) AS n FROM probes GROUP BY status").fetchall()
        return {row["status"]: row["n"] for row in rows}

    def failures(self) -> list[dict[str, Any]]:
        """Return the rows of the table ``failures``."""
        rows = self._db.execute(
            "SELECT key AS unit, 'probe' AS kind, error_type, error, traceback, attempts FROM probes "
            "WHERE status = 'failed'"
        )
        return [dict(row) for row in rows]


def _now() -> float:
    return datetime.now(UTC).timestamp()
