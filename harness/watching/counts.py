"""How many cells, trials, runs, trainings and probes have ended, of how many."""

from __future__ import annotations

from dataclasses import dataclass

from harness.schedule.ledger import Ledger
from harness.watching.plan import Plan
from harness.watching.searches import SearchState
from harness.watching.snapshot import Count

_STATES = "SELECT status, count(*) AS n FROM trainings GROUP BY status"


@dataclass(frozen=True)
class Counts:
    """The counts of a snapshot."""

    cells: Count
    trials: Count
    runs: Count
    trainings: Count


def planned_counts(plan: Plan, searches: dict[tuple[str, int], SearchState], left: dict[str, int]) -> Counts:
    """Return the counts of what the study file asks for now. ``left`` are the trainings left by cell."""
    states = list(searches.values())
    complete = {cell.id: 0 for cell in plan.cells}
    for state in states:
        complete[state.cell.id] += state.complete
    total = sum(plan.searches(cell) * plan.trainings_of_search(cell) for cell in plan.cells)
    pruned = sum(state.trials_pruned for state in states)
    trials_failed, runs_failed = (
        sum(getattr(state, name) for state in states) for name in ("trials_failed", "runs_failed")
    )
    return Counts(
        cells=Count(sum(complete[c.id] == plan.searches(c) for c in plan.cells), len(plan.cells)),
        trials=Count(
            sum(state.trials for state in states),
            sum(plan.searches(cell) * plan.trials for cell in plan.cells),
            trials_failed,
            pruned,
        ),
        runs=Count(
            sum(state.runs for state in states),
            sum(plan.searches(cell) * plan.runs_of_search(cell) for cell in plan.cells),
            runs_failed,
        ),
        trainings=Count(total - sum(left.values()), total, trials_failed + runs_failed, pruned),
    )


def unplanned_counts(ledger: Ledger) -> Counts:
    """Return what can be counted in a ledger without a plan: of an earlier version, or before the data are ready.

    How many cells have ended is known only when all have.
    """
    states = {row["status"]: row["n"] for row in ledger.query(_STATES)}
    total = int(ledger.meta("n_trainings") or 0)
    done = sum(states.get(name, 0) for name in ("done", "failed", "pruned"))
    trainings = Count(min(done, total), total, states.get("failed", 0), states.get("pruned", 0))
    n_cells = int(ledger.meta("n_cells") or 0) if total and not trainings.left else 0
    return Counts(Count(n_cells, n_cells), Count(), Count(), trainings)


def probe_counts(ledger: Ledger) -> Count:
    """Return how many probes have ended; none are known before the trainings have ended."""
    states = ledger.probes.counts()
    total = int(ledger.meta("n_probes") or 0)
    done = states.get("done", 0) + states.get("failed", 0)
    return Count(min(done, total), total, states.get("failed", 0))
