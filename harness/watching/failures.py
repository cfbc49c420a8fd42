"""What has failed for good, the latest first."""

from __future__ import annotations

import json
from typing import Any

from harness.schedule.ledger import Ledger
from harness.watching.snapshot import Failure
from harness.watching.times import utc

#: How many a snapshot shows.
LAST = 5

_FAILED = """
SELECT '{kind}' AS kind, key AS unit, json_extract(unit, '$.data.tasks') AS tasks, error_type, error, finished_at AS at
FROM {table} WHERE key IN (SELECT key FROM {table} WHERE status = 'failed' ORDER BY finished_at DESC LIMIT ?)
"""
_COUNT = "SELECT count(*) AS n FROM {table} WHERE status = 'failed'"
_PROBLEMS = "SELECT kind, unit, unit AS tasks, error_type, error, NULL AS at FROM problems"
_TABLES = {"training": "trainings", "probe": "probes"}


def read_failures(ledger: Ledger) -> tuple[list[Failure], int]:
    """Return the last few failures, and how many there are in all."""
    rows: list[Any] = []
    count = 0
    for kind, table in _TABLES.items():
        if table == "trainings" or ledger.probes.counts().get("failed"):
            rows += ledger.query(_FAILED.format(kind=kind, table=table), (LAST,))
            count += ledger.query(_COUNT.format(table=table))[0]["n"]
    problems = ledger.query(_PROBLEMS)
    found = sorted(map(_failure, [*rows, *problems]), key=lambda one: one.at_utc or "", reverse=True)
    return found[:LAST], count + len(problems)


def _failure(row: Any) -> Failure:
    what = row["tasks"] or ""
    if what.startswith("["):
        what = " + ".join(json.loads(what))
    lines = str(row["error"] or "").splitlines() or [""]
    return Failure(row["kind"], row["unit"], what, row["error_type"] or "", lines[0][:200], utc(row["at"]))
