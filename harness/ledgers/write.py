"""Writes the merged ledger: the chosen rows of every table, and what is to be said of them."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from harness.config.differing import Setting
from harness.ledgers.reading import Source
from harness.ledgers.searches import RUNS, TRIALS, VERDICTS, Searches
from harness.ledgers.trainings import Chosen, Different
from harness.schedule.ledger import LEDGER_VERSION, Ledger

_UNITS = (
    "key", "unit", "status", "attempts", "losses", "worker", "started_at", "finished_at", "wall_time_s",
    "error_type", "error", "traceback", "result",
)  # fmt: skip
TRAININGS = (*_UNITS, "objective", "busy_s")
#: Tables whose rows belong to a training, and come from where it does.
CHILDREN = {"reached": ("key", "objectives"), "test_scores": ("key", "task", "metric", "value")}
#: Tables of which every ledger's rows are kept, in the order of time.
LOGS = {"events": ("at", "key", "what"), "commands": ("at", "slots")}
PROBLEMS = ("unit", "kind", "error_type", "error", "traceback", "attempts")
#: The kind of what is noted of a merge in the table ``failures``.
KIND = "merge"
#: Facts that are the first ledger's where its plan is that of all.
COMMAND = ("command_json", "study_file")


def write_rows(
    path: Path, sources: Sequence[Source], trainings: Chosen, probes: Chosen, searches: Searches
) -> None:
    """Make a ledger, and write into it what was chosen of several."""
    Ledger(path).close()
    with closing(sqlite3.connect(path)) as db, db:
        _Rows(db, sources).write(trainings, probes, searches)


class _Rows:
    def __init__(self, db: sqlite3.Connection, sources: Sequence[Source]) -> None:
        self._db, self.sources = db, sources

    def write(self, trainings: Chosen, probes: Chosen, searches: Searches) -> None:
        self._units("trainings", TRAININGS, trainings)
        self._units("probes", _UNITS, probes)
        for table, columns in CHILDREN.items():
            self._chosen(table, columns, trainings)
        for table, columns in LOGS.items():
            rows = [tuple(row) for source in self.sources for row in source.rows(table, columns)]
            self._insert(table, columns, sorted(rows, key=lambda row: float(row[0])))
        for table, columns, found in (
            ("trials", TRIALS, searches.trials),
            ("verdicts", VERDICTS, searches.verdicts),
            ("runs", RUNS, searches.runs),
        ):
            self._insert(table, columns, found)
        for source in self.sources:
            self._insert("problems", PROBLEMS, [tuple(row) for row in source.rows("problems", PROBLEMS)])

    def _units(self, table: str, columns: tuple[str, ...], chosen: Chosen) -> None:
        self._chosen(table, columns, chosen)
        self._db.execute(f"UPDATE {table} SET status='pending', worker=NULL WHERE status='running'")

    def _chosen(self, table: str, columns: tuple[str, ...], chosen: Chosen) -> None:
        for number, source in enumerate(self.sources):
            rows = (row for row in source.rows(table, columns) if chosen.source.get(row["key"]) == number)
            self._insert(table, columns, (tuple(row) for row in rows))

    def _insert(self, table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
        places = ", ".join("?" * len(columns))
        self._db.executemany(f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)


def write_notes(
    ledger: Ledger, sources: Sequence[Source], different: Sequence[Different], conflicts: Sequence[str]
) -> None:
    """Note in the table ``failures`` what was done in two places with different results."""
    where = [str(source.directory) for source in sources]
    for one in different:
        kept, other = one.objectives
        text = f"{kept} in {where[one.kept]} (kept), {other} in {where[one.other]}"
        ledger.problem(one.key, KIND, "DifferentResults", f"done twice with different results: {text}")
    for search in conflicts:
        text = "its trials went another way in a ledger named later; those of the first are kept"
        ledger.problem(search, KIND, "DifferentTrials", text)


def write_facts(
    ledger: Ledger, sources: Sequence[Source], plan: dict[str, Any], settings: Sequence[Setting]
) -> None:
    """Write the facts about the study; how it was started is known where the first ledger's plan is that of all."""
    first = sources[0]
    config = json.dumps(plan)
    same = json.loads(first.meta("config_json") or "{}") == plan
    facts = {"study": first.meta("study"), "ledger_version": str(LEDGER_VERSION), "config_json": config}
    facts["started_at_utc"] = min((t for s in sources if (t := s.meta("started_at_utc"))), default=None)
    for name in ("n_trainings", "n_cells", "n_probes", "slots"):
        counts = [int(text) for source in sources if (text := source.meta(name))]
        facts[name] = str(max(counts)) if counts else None
    facts |= {name: first.meta(name) for name in COMMAND if same}
    told = {"directories": [str(source.directory) for source in sources], "at": time.time()}
    facts["merged_json"] = json.dumps(told | {"settings": [one.key for one in settings]})
    for name, value in facts.items():
        if value is not None:
            ledger.set_meta(name, value)
