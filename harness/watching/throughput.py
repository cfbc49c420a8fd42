"""How fast the latest command of a study is."""

from __future__ import annotations

from dataclasses import dataclass

from harness.schedule.ledger import Ledger
from harness.schedule.utilisation import utilisation
from harness.watching.snapshot import Throughput

_COMMAND = "SELECT at, slots FROM commands ORDER BY id DESC LIMIT 1"
_EVENTS = """
SELECT min(at) FILTER (WHERE what = 'started') AS first, max(at) AS last,
    count(DISTINCT key) FILTER (WHERE what IN ('done', 'failed')) AS ended
FROM events WHERE at >= ?
"""
_WORK = "SELECT sum(wall_time_s) AS s FROM trainings WHERE status IN ('done', 'pruned') AND finished_at >= ?"
_RUNNING = "SELECT started_at FROM {table} WHERE status = 'running' AND started_at >= ?"


@dataclass(frozen=True)
class Pace:
    """What the latest command has done. ``running_s`` is what its running units have behind them, all together."""

    began: float | None
    elapsed_s: float | None
    ended: int
    slots: int
    running_s: float
    parallelism: float


def read_pace(ledger: Ledger, now: float, *, running: bool) -> Pace:
    """Return the pace, up to ``now``, or up to the command's last event where it is not running any more."""
    rows = ledger.query(_COMMAND) if ledger.query("SELECT 1 FROM sqlite_master WHERE name='commands'") else []
    slots = int(rows[0]["slots"]) if rows else int(ledger.meta("slots") or 1)
    began = float(rows[0]["at"]) if rows else 0.0
    events = ledger.query(_EVENTS, (began,))[0]
    if events["first"] is None:
        return Pace(None, None, 0, slots, 0.0, float(slots))
    until = now if running else float(events["last"])
    elapsed = max(until - events["first"], 1e-9)
    behind = sum(until - at for at in _running(ledger, began)) if running else 0.0
    work = (ledger.query(_WORK, (began,))[0]["s"] or 0.0) + behind
    return Pace(events["first"], elapsed, events["ended"], slots, behind, work / elapsed or float(slots))


def _running(ledger: Ledger, began: float) -> list[float]:
    tables = ["trainings", *(["probes"] if ledger.probes.counts() else [])]
    return [
        row["started_at"] for table in tables for row in ledger.query(_RUNNING.format(table=table), (began,))
    ]


def throughput_of(ledger: Ledger, pace: Pace) -> Throughput:
    """Return what is shown of a pace."""
    share = utilisation(ledger)
    hourly = 3600 * pace.ended / pace.elapsed_s if pace.elapsed_s and pace.ended else None
    return Throughput(
        pace.ended,
        None if pace.elapsed_s is None else round(pace.elapsed_s, 1),
        None if hourly is None else round(hourly, 1),
        pace.slots,
        None if share is None else round(share, 4),
    )
