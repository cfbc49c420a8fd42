"""Where every search of a study is: how many of its trials and final runs have ended."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from harness.schedule.ledger import Ledger
from harness.watching.plan import Plan, PlannedCell

_TRIALS = """
SELECT s.cell_id, s.fold, s.complete,
    sum(v.pruned IS NULL AND g.status = 'done') AS done, sum(v.pruned IS NULL AND g.status = 'failed') AS failed,
    sum(v.pruned IS NOT NULL) AS pruned
FROM searches s
LEFT JOIN trials t ON t.search_id = s.search_id AND t.number < ?
LEFT JOIN trainings g ON g.key = t.key
LEFT JOIN (SELECT search_id, number, 1 AS pruned FROM verdicts WHERE pruned GROUP BY search_id, number) v
    ON v.search_id = t.search_id AND v.number = t.number
WHERE s.command = (SELECT coalesce(max(id), 0) FROM commands)
GROUP BY s.search_id
"""
_RUNS = "SELECT r.cell_id, r.fold, g.status FROM runs r JOIN trainings g ON g.key = r.key WHERE r.seed < ?"


@dataclass
class SearchState:
    """One search with its final runs. Runs count once all trials have ended: before, they are of another plan."""

    cell: PlannedCell
    fold: int
    complete: bool
    trials: int
    trials_failed: int
    trials_pruned: int
    runs: int = 0
    runs_failed: int = 0
    runs_known: int = 0

    def has_runs(self, plan: Plan) -> bool:
        """Tell whether the search has ended, so that its final runs are the ones of this plan."""
        return self.trials >= plan.trials

    def trainings_left(self, plan: Plan) -> int:
        """Return how many trainings the search and its runs still take."""
        if self.complete:
            return 0
        shared = 0 if self.runs_known else plan.shared
        return plan.trials - self.trials + plan.runs_of_search(self.cell) - self.runs - shared


def read_searches(ledger: Ledger, plan: Plan) -> dict[tuple[str, int], SearchState]:
    """Return the searches that the latest command has opened, by cell and fold; others have not begun."""
    found = {}
    for row in ledger.query(_TRIALS, (plan.trials,)):
        cell = plan.by_id.get(row["cell_id"])
        if cell is not None:
            done, failed, pruned = (row[name] or 0 for name in ("done", "failed", "pruned"))
            ended = done + failed + pruned
            found[cell.id, row["fold"]] = SearchState(
                cell, row["fold"], bool(row["complete"]), ended, failed, pruned
            )
    _add_runs(ledger, plan, found)
    return found


def _add_runs(ledger: Ledger, plan: Plan, found: dict[tuple[str, int], SearchState]) -> None:
    for row in ledger.query(_RUNS, (plan.seeds,)):
        search = found.get((row["cell_id"], row["fold"] if plan.nested else 0))
        if search is not None and search.has_runs(plan) and row["fold"] < search.cell.folds:
            search.runs_known += 1
            search.runs += row["status"] in ("done", "failed")
            search.runs_failed += row["status"] == "failed"


def left_by_cell(plan: Plan, searches: dict[tuple[str, int], SearchState]) -> dict[str, int]:
    """Return how many trainings each cell still takes."""
    left: dict[str, int] = defaultdict(int)
    for cell in plan.cells:
        for fold in range(plan.searches(cell)):
            state = searches.get((cell.id, fold))
            left[cell.id] += state.trainings_left(plan) if state else plan.trainings_of_search(cell)
    return left
