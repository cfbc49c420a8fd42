"""A study's directory that is only read: nobody may write it meanwhile, and nothing in it is touched."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from harness.errors import StudyDirectoryError, StudyLockedError
from harness.schedule.directory import LEDGER, LOCK, OWNER
from harness.schedule.ledger import LEDGER_VERSION

Row = sqlite3.Row


@contextmanager
def not_written(directory: Path) -> Iterator[None]:
    """Keep others from writing a study, by a shared lock for which nothing is written.

    Raises:
        StudyLockedError: another command is writing it.
    """
    try:
        handle = os.open(directory / LOCK, os.O_RDONLY)
    except FileNotFoundError:
        yield  # no command has ever written here: a copy without its lock
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise StudyLockedError(
            f"{directory}: another command ({_owner(directory)}) is writing this study; wait for it, or stop it with "
            "Ctrl-C"
        ) from None
    try:
        yield
    finally:
        os.close(handle)


class Source:
    """A copy of the ledger of a study, of which rows are read. Its schema is not trusted."""

    def __init__(self, directory: Path, db: sqlite3.Connection) -> None:
        self.directory, self._db = directory, db

    @classmethod
    @contextmanager
    def open(cls, directory: Path, scratch: Path) -> Iterator[Source]:
        """Copy the ledger into the new folder ``scratch`` with what is not yet written back to it, and open the copy.

        SQLite writes beside a database that it reads in this mode, and here nothing may be written.

        Raises:
            StudyDirectoryError: there is no ledger, none of this version, or it cannot be read.
        """
        _expect_ledger(directory)
        scratch.mkdir(parents=True)
        for name in (LEDGER, f"{LEDGER}-wal"):
            if (directory / name).is_file():
                shutil.copyfile(directory / name, scratch / name)
        try:
            with closing(sqlite3.connect(scratch / LEDGER)) as db:
                db.row_factory = sqlite3.Row
                db.execute("PRAGMA trusted_schema=OFF")
                source = cls(directory, db)
                source._expect_version()
                yield source
        except sqlite3.DatabaseError as error:
            raise StudyDirectoryError(f"{directory / LEDGER}: cannot be read as a ledger: {error}") from error

    def meta(self, name: str) -> str | None:
        """Return a fact about the study."""
        found = {row["name"]: row["value"] for row in self.rows("meta", ("name", "value"))}
        return found.get(name)

    def rows(self, table: str, columns: tuple[str, ...], where: str = "", *values: Any) -> Iterator[Row]:
        """Iterate the rows of a table; none where the ledger is older than the table, null where than a column."""
        there = self._columns(table)
        if not there:
            return iter(())
        named = ", ".join(name if name in there else f"NULL AS {name}" for name in columns)
        return iter(self._db.execute(f"SELECT {named} FROM {table} {where}", values))

    def _columns(self, table: str) -> set[str]:
        kind = self._db.execute("SELECT type FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        if kind is None or kind["type"] != "table":
            return set()
        return {row["name"] for row in self._db.execute(f"PRAGMA table_info({table})")}

    def _expect_version(self) -> None:
        version = self.meta("ledger_version")
        if version != str(LEDGER_VERSION):
            raise StudyDirectoryError(
                f"{self.directory}: its ledger has version {version}, this harness reads {LEDGER_VERSION}"
            )


def _expect_ledger(directory: Path) -> None:
    if not (directory / LEDGER).is_file():
        raise StudyDirectoryError(
            f"{directory}: no study here (no {LEDGER}); give the directory that 'study run' wrote"
        )


def _owner(directory: Path) -> str:
    try:
        return f"pid {(directory / OWNER).read_text()}"
    except OSError:
        return "unknown process"
