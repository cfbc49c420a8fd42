"""The plan of a study as its ledger knows it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

from harness.schedule.ledger import Ledger


@dataclass(frozen=True)
class PlannedCell:
    """A cell of the plan. ``matched`` marks a capacity-matched single, whose scores are no gains."""

    id: str
    tasks: tuple[str, ...]
    feature: str
    model: str
    combiner: str | None
    placebo: bool
    matched: bool
    folds: int

    @property
    def kind(self) -> tuple[object, ...]:
        """Cells of one kind have trainings that take about the same time."""
        return (self.feature, self.model, self.combiner, len(self.tasks))


@dataclass(frozen=True)
class Plan:
    """What a study asks for: ``trials`` a search, ``seeds`` a fold; ``shared`` of a search's trainings are runs, too.

    ``judged`` is by task: the primary metric, and 1 where more of it is better, -1 where less is.
    """

    cells: tuple[PlannedCell, ...]
    trials: int
    seeds: int
    nested: bool
    shared: int
    judged: dict[str, tuple[str, int]]

    @classmethod
    def of(cls, ledger: Ledger) -> Plan | None:
        """Return the plan; ``None`` where an earlier version wrote the ledger, or the data are not prepared yet."""
        text = ledger.meta("plan_json")
        if text is None:
            return None
        found = json.loads(text)
        cells = tuple(PlannedCell(**{**cell, "tasks": tuple(cell["tasks"])}) for cell in found["cells"])
        judged = {task: (one["metric"], one["sign"]) for task, one in found["tasks"].items()}
        return cls(cells, found["trials"], found["seeds"], found["nested"], found["shared"], judged)

    @cached_property
    def by_id(self) -> dict[str, PlannedCell]:
        """The cells by their identity."""
        return {cell.id: cell for cell in self.cells}

    def searches(self, cell: PlannedCell) -> int:
        """Return how many searches a cell has: one a fold, or one."""
        return cell.folds if self.nested else 1

    def runs_of_search(self, cell: PlannedCell) -> int:
        """Return how many final runs hang on one search."""
        return self.seeds * (1 if self.nested else cell.folds)

    def trainings_of_search(self, cell: PlannedCell) -> int:
        """Return how many trainings one search and its final runs take."""
        return self.trials + self.runs_of_search(cell) - self.shared
