"""The gains so far: from the pairs and singles that are finished, and therefore provisional."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from statistics import fmean
from typing import Any

from harness.schedule.ledger import Ledger
from harness.watching.plan import Plan, PlannedCell
from harness.watching.searches import SearchState
from harness.watching.snapshot import Gain

_SCORES = """
SELECT r.cell_id, r.fold, r.seed, s.task, s.metric, s.value FROM runs r
JOIN test_scores s ON s.key = r.key JOIN trainings g ON g.key = r.key
WHERE g.status = 'done' AND s.value IS NOT NULL AND r.seed < ?
"""

Place = tuple[int, int]


def read_gains(ledger: Ledger, plan: Plan, searches: dict[tuple[str, int], SearchState]) -> list[Gain]:
    """Return the gains so far, best first: main's score in the group minus its score alone, same fold, same seed.

    They are means of the differences that there are (``n`` of ``expected``), oriented so that more is better. There is
    no interval: folds and seeds are still missing, and the best of many is flattered by chance. Placebo cells and
    capacity-matched singles are left out.
    """
    scores = _scores(ledger, plan, searches)
    alone = {
        (cell.tasks[0], cell.feature, cell.model, place): value
        for cell, found in scores
        if len(cell.tasks) == 1
        for place, (_, value) in found[cell.tasks[0]].items()
    }
    gains = [gain for cell, found in scores for gain in _of_cell(cell, found, alone, plan)]
    return sorted(gains, key=lambda gain: (-gain.gain, gain.main, gain.partners))


def _scores(
    ledger: Ledger, plan: Plan, searches: dict[tuple[str, int], SearchState]
) -> list[tuple[PlannedCell, dict[str, dict[Place, tuple[str, float]]]]]:
    """Return each counted cell's scores by task and place."""
    found: dict[str, dict[str, dict[Place, tuple[str, float]]]] = defaultdict(lambda: defaultdict(dict))
    for row in ledger.query(_SCORES, (plan.seeds,)):
        search = searches.get((row["cell_id"], row["fold"] if plan.nested else 0))
        judged = plan.judged.get(row["task"])
        if search is not None and search.has_runs(plan) and judged and judged[0] == row["metric"]:
            found[row["cell_id"]][row["task"]][row["fold"], row["seed"]] = row["metric"], row["value"]
    counted = [cell for cell in plan.cells if not cell.placebo and not cell.matched]
    return [(cell, found[cell.id]) for cell in counted if cell.id in found]


def _of_cell(cell: PlannedCell, found: dict[str, Any], alone: dict[Any, float], plan: Plan) -> Iterator[Gain]:
    for main in cell.tasks if len(cell.tasks) > 1 else ():
        sign = plan.judged[main][1] if main in plan.judged else 1
        pairs = {
            place: (value, alone.get((main, cell.feature, cell.model, place)))
            for place, (_, value) in found.get(main, {}).items()
        }
        differences = [sign * (group - single) for group, single in pairs.values() if single is not None]
        if differences:
            yield Gain(
                main,
                tuple(task for task in cell.tasks if task != main),
                cell.feature,
                cell.model,
                cell.combiner,
                plan.judged[main][0],
                fmean(differences),
                len(differences),
                cell.folds * plan.seeds,
            )
