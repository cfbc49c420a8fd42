"""The time left of a study, with its uncertainty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from typing import Any

from harness.schedule.ledger import Ledger
from harness.watching.durations import LEVEL, QUANTILE, Durations, work_left
from harness.watching.plan import Plan
from harness.watching.snapshot import Count, TimeLeft
from harness.watching.throughput import Pace

_SUMS = "count(wall_time_s) AS n, sum(wall_time_s) AS s, sum(wall_time_s * wall_time_s) AS ss"
_BY_CELL = f"""
SELECT u.cell_id, {_SUMS} FROM (SELECT key, cell_id FROM trials UNION SELECT key, cell_id FROM runs) u
JOIN trainings g ON g.key = u.key WHERE g.status IN ('done', 'pruned') GROUP BY u.cell_id
"""
_ALL = f"SELECT {_SUMS} FROM trainings WHERE status IN ('done', 'pruned')"
_PROBES = f"SELECT {_SUMS} FROM probes WHERE status = 'done'"

#: The kind of all units where the ledger does not tell them apart, and of probes.
ANY, PROBE = ("any",), ("probe",)


def read_time_left(
    ledger: Ledger, plan: Plan | None, left: dict[str, int], trainings: Count, probes: Count, pace: Pace
) -> TimeLeft | None:
    """Estimate the time that what is left takes, as an interval of 90 %.

    The work left is the sum of its units' durations: a normal approximation from the finished units of the same kind
    (feature, model, combiner and number of tasks; see :func:`~harness.watching.durations.work_left`), less what the
    running units have behind them. It is divided by the measured parallelism: the seconds of training in a second of
    the latest command. Not in it are probes that are not planned yet, the analysis, workers that idle at the very end,
    and a machine that becomes slower. ``None`` while fewer than three units are finished.
    """
    wanted, seen = _trainings(ledger, plan, left, trainings)
    if probes.left:
        wanted[PROBE] = probes.left
        seen[PROBE] = _sums(ledger.query(_PROBES)[0])
    found = work_left(wanted, seen, _size)
    if found is None:
        return None
    work, spread = found
    work = max(work - pace.running_s, 0.0)
    ends = [max(work + sign * QUANTILE * spread, 0.0) / pace.parallelism for sign in (-1, 1)]
    return TimeLeft(work / pace.parallelism, ends[0], ends[1], LEVEL, pace.parallelism)


def _trainings(
    ledger: Ledger, plan: Plan | None, left: dict[str, int], trainings: Count
) -> tuple[dict[Hashable, int], dict[Hashable, Durations]]:
    """Return units left and durations seen, by kind."""
    if plan is None:
        return {ANY: trainings.left}, {ANY: _sums(ledger.query(_ALL)[0])}
    wanted: dict[Hashable, int] = defaultdict(int)
    seen: dict[Hashable, Durations] = defaultdict(Durations)
    for cell in plan.cells:
        wanted[cell.kind] += left[cell.id]
    for row in ledger.query(_BY_CELL):
        if row["cell_id"] in plan.by_id:
            seen[plan.by_id[row["cell_id"]].kind] += _sums(row)
    return {kind: n for kind, n in wanted.items() if n}, seen


def _sums(row: Any) -> Durations:
    return Durations(row["n"], row["s"] or 0.0, row["ss"] or 0.0)


def _size(kind: Any) -> int:
    """Return the number of tasks of a kind: what it is scaled by where none of it is finished."""
    return int(kind[-1]) if kind not in (ANY, PROBE) else 1
