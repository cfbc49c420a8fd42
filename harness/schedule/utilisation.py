"""How much of the workers' time goes into training."""

from __future__ import annotations

from harness.schedule.ledger import Ledger

_SPANS = """
SELECT c.slots * (max(e.at) FILTER (WHERE e.what != 'started') - min(e.at) FILTER (WHERE e.what = 'started')) AS s
FROM commands c JOIN events e
ON e.at >= c.at AND e.at < coalesce((SELECT min(n.at) FROM commands n WHERE n.id > c.id), 1e18)
GROUP BY c.id
"""


def utilisation(ledger: Ledger) -> float | None:
    """Return the share of the workers' time that was spent in forward, backward and optimizer, evaluations included.

    The workers' time is, summed over the study's commands, the number of units at a time (slots) times the seconds from
    the first training's start to the latest training's end. What a training that failed, or that a killed command left,
    had spent is lost time; what its checkpoint saved counts when it ends. ``None`` while no training has ended.
    """
    if not ledger.query("SELECT 1 FROM sqlite_master WHERE name = 'commands'"):
        return None  # written by an earlier version
    offered = sum(row["s"] or 0.0 for row in ledger.query(_SPANS))
    busy = ledger.query("SELECT sum(busy_s) AS s FROM trainings")[0]["s"]
    if not offered or busy is None:
        return None
    return float(min(busy / offered, 1.0))
