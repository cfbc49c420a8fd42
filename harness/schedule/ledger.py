"""The ledger: SQLite's record of every trial and run, written by the parent alone, and the only truth for resume.

A *training* is known by its content key. Trials and final runs point at trainings, so the best trial's training is
the first seed's run without being repeated, and what a changed study file still needs is found done.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.errors import StudyDirectoryError
from harness.schedule.probe_records import PROBE_SCHEMA, ProbeRecords
from harness.schedule.rung_records import RUNG_SCHEMA, RungRecords
from harness.schedule.tracked_records import TRACKED_SCHEMA, TrackedRecords
from harness.schedule.watch_records import WATCH_SCHEMA, WatchRecords

LEDGER_VERSION = 1

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS trainings (
    key TEXT PRIMARY KEY, unit TEXT NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    losses INTEGER NOT NULL DEFAULT 0, worker TEXT, started_at REAL, finished_at REAL, objective REAL, busy_s REAL,
    wall_time_s REAL, error_type TEXT, error TEXT, traceback TEXT, result BLOB);
CREATE TABLE IF NOT EXISTS trials (
    search_id TEXT NOT NULL, number INTEGER NOT NULL, batch INTEGER NOT NULL, cell_id TEXT NOT NULL,
    fold INTEGER NOT NULL, params TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (search_id, number));
CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT PRIMARY KEY, cell_id TEXT NOT NULL, fold INTEGER NOT NULL, seed INTEGER NOT NULL,
    params TEXT NOT NULL, key TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, key TEXT NOT NULL, what TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS commands (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, slots INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS problems (
    unit TEXT NOT NULL, kind TEXT NOT NULL, error_type TEXT, error TEXT, traceback TEXT, attempts INTEGER,
    PRIMARY KEY (unit, kind));
"""


class Ledger:
    """The open ledger of one study directory."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        mode = "ro" if read_only else "rwc"
        try:
            self._db = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None
            )
            self._db.row_factory = sqlite3.Row
            if not read_only:
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=NORMAL")
                self._db.executescript(_SCHEMA + RUNG_SCHEMA + PROBE_SCHEMA + TRACKED_SCHEMA + WATCH_SCHEMA)
        except sqlite3.DatabaseError as error:
            raise StudyDirectoryError(f"{path}: cannot be opened as a study's ledger: {error}") from error
        self.rungs = RungRecords(self._db)
        self.probes = ProbeRecords(self._db)
        self.tracked = TrackedRecords(self._db)
        self.watched = WatchRecords(self._db)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:  # a full disk has rolled back already
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything that is read within is of one moment; the writer is not held up."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("COMMIT")

    # -- facts about the study -------------------------------------------------------------------------------------

    def meta(self, name: str) -> str | None:
        """Return a fact by name."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row["value"] if row else None

    def set_meta(self, name: str, value: str, *, keep: bool = False) -> None:
        """Write a fact; with ``keep`` only if it is not there."""
        verb = "IGNORE" if keep else "REPLACE"
        self._db.execute(f"INSERT OR {verb} INTO meta VALUES (?, ?)", (name, value))

    def problem(
        self, unit: str, kind: str, error_type: str, error: str, trace: str = "", attempts: int = 1
    ) -> None:
        """Record something that failed and is not a training."""
        self._db.execute(
            "INSERT OR REPLACE INTO problems VALUES (?, ?, ?, ?, ?, ?)",
            (unit, kind, error_type, error, trace, attempts),
        )

    def clear_problems(self, kind: str) -> None:
        """Forget the problems of a kind, before it is looked at afresh."""
        self._db.execute("DELETE FROM problems WHERE kind = ?", (kind,))

    def begin_command(self, slots: int) -> None:
        """A command begins to train, with ``slots`` units at a time."""
        self.set_meta("slots", str(slots))
        self._db.execute("INSERT INTO commands (at, slots) VALUES (?, ?)", (_now(), slots))

    # -- trainings -------------------------------------------------------------------------------------------------

    def add_training(self, key: str, unit: dict[str, Any]) -> str:
        """Add a training if it is new, and return its status."""
        self._db.execute(
            "INSERT OR IGNORE INTO trainings (key, unit, status) VALUES (?, ?, 'pending')",
            (key, json.dumps(unit)),
        )
        return str(
            self._db.execute("SELECT status FROM trainings WHERE key = ?", (key,)).fetchone()["status"]
        )

    def start(self, key: str, worker: str) -> None:
        """A worker started the training. One that goes on from a rung (it has no worker) is the same attempt."""
        with self.transaction():
            self._db.execute(
                "UPDATE trainings SET status='running', attempts=attempts+(attempts=0 OR worker IS NOT NULL), "
                "worker=?, started_at=? WHERE key=?",
                (worker, _now(), key),
            )
            self._event(key, "started")

    def finish(self, key: str, result: dict[str, Any]) -> None:
        """The training is done: its result goes in with the change of state. One that stopped at a rung is pending."""
        if result.get("stop_epoch") is not None:
            self._reach(key, result)
            return
        blob = zlib.compress(json.dumps(result, allow_nan=True).encode(), 6)
        with self.transaction():
            self._db.execute(
                "UPDATE trainings SET status='done', finished_at=?, objective=?, busy_s=?, wall_time_s=?, result=?, "
                "error_type=NULL, error=NULL, traceback=NULL WHERE key=?",
                (_now(), result["objective"], result["busy_s"], result["wall_time_s"], blob, key),
            )
            self.rungs.reach(key, result.get("objectives", []))
            self.watched.scored(key, result)
            self._event(key, "done")

    def _reach(self, key: str, result: dict[str, Any]) -> None:
        """The training stopped at a rung. Its times are those of all rungs so far; the next start is no new attempt."""
        with self.transaction():
            self._db.execute(
                "UPDATE trainings SET status='pending', worker=NULL, busy_s=?, wall_time_s=? WHERE key=?",
                (result["busy_s"], result["wall_time_s"], key),
            )
            self.rungs.reach(key, result["objectives"])
            self._event(key, "reached")

    def renew(self, unit: dict[str, Any]) -> None:
        """Write a training's unit anew: where its data lie, and what is kept of it, may have changed."""
        self._db.execute("UPDATE trainings SET unit=? WHERE key=?", (json.dumps(unit), unit["key"]))

    def redo(self, key: str) -> None:
        """What belongs to a done training is not there: it is to be trained again. Its result stays till then."""
        self._db.execute("UPDATE trainings SET status='pending' WHERE key=? AND status='done'", (key,))

    def fail(self, key: str, error_type: str, error: str, trace: str) -> None:
        """The training failed for good."""
        with self.transaction():
            self._db.execute(
                "UPDATE trainings SET status='failed', finished_at=?, error_type=?, error=?, traceback=? WHERE key=?",
                (_now(), error_type, error, trace, key),
            )
            self._event(key, "failed")

    def lose(self, key: str, error_type: str, error: str, *, counts: bool = True) -> int:
        """The training was lost with its worker, or may be tried again; return how often that happened.

        It does not count where the training was one of many that were lost together.
        """
        with self.transaction():
            self._db.execute(
                "UPDATE trainings SET status='pending', losses=losses+?, error_type=?, error=? WHERE key=?",
                (int(counts), error_type, error, key),
            )
            self._event(key, "lost")
        return int(self._db.execute("SELECT losses FROM trainings WHERE key=?", (key,)).fetchone()["losses"])

    def reset_running(self) -> int:
        """Make what an interrupted command left running pending again; return how many trainings there were."""
        self.probes.reset_running()
        return self._db.execute("UPDATE trainings SET status='pending' WHERE status='running'").rowcount

    def retry_failed(self) -> int:
        """Make failed trainings and probes pending again; return how many trainings there were."""
        self.probes.retry_failed()
        return self._db.execute(
            "UPDATE trainings SET status='pending', losses=0 WHERE status='failed'"
        ).rowcount

    def training(self, key: str) -> sqlite3.Row | None:
        """Return a training's row without its result."""
        row: sqlite3.Row | None = self._db.execute(
            "SELECT key, unit, status, attempts, losses, worker, started_at, finished_at, objective, busy_s, "
            "wall_time_s, error_type, error, traceback FROM trainings WHERE key = ?",
            (key,),
        ).fetchone()
        return row

    def result(self, key: str) -> dict[str, Any] | None:
        """Return a done training's result."""
        row = self._db.execute("SELECT result FROM trainings WHERE key = ?", (key,)).fetchone()
        if row is None or row["result"] is None:
            return None
        result: dict[str, Any] = json.loads(zlib.decompress(row["result"]))
        return result

    # -- trials and runs -------------------------------------------------------------------------------------------

    def trials(self, search_id: str) -> list[sqlite3.Row]:
        """Return the trials of a search in the order they were asked, with their trainings' state."""
        return self._db.execute(
            "SELECT t.*, g.objective, g.wall_time_s, g.error_type, v.epoch AS pruned_epoch, v.value AS pruned_value, "
            "CASE WHEN v.pruned THEN 'pruned' WHEN g.status = 'pruned' THEN 'pending' ELSE g.status END AS status "
            "FROM trials t JOIN trainings g ON g.key = t.key LEFT JOIN verdicts v ON v.pruned "
            "AND v.search_id = t.search_id AND v.number = t.number WHERE t.search_id = ? ORDER BY t.number",
            (search_id,),
        ).fetchall()

    def add_trials(
        self, search_id: str, cell_id: str, fold: int, rows: Iterable[tuple[int, int, dict[str, Any], str]]
    ) -> None:
        """Record a batch of asked trials: (number, batch, params, training key)."""
        self._db.executemany(
            "INSERT OR REPLACE INTO trials VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (search_id, number, batch, cell_id, fold, json.dumps(params), key)
                for number, batch, params, key in rows
            ],
        )

    def set_run(
        self, run_id: str, cell_id: str, fold: int, seed: int, params: dict[str, Any], key: str
    ) -> None:
        """Point a final run at its training."""
        self._db.execute(
            "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?)",
            (run_id, cell_id, fold, seed, json.dumps(params), key),
        )

    def run(self, run_id: str) -> sqlite3.Row | None:
        """Return a final run's row."""
        row: sqlite3.Row | None = self._db.execute(
            "SELECT * FROM runs WHERE run_id = ?", (run_id,)
        ).fetchone()
        return row

    def query(self, sql: str, values: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        """Run a reading query."""
        return self._db.execute(sql, values).fetchall()

    def _event(self, key: str, what: str) -> None:
        self._db.execute("INSERT INTO events (at, key, what) VALUES (?, ?, ?)", (_now(), key, what))


def _now() -> float:
    return datetime.now(UTC).timestamp()
