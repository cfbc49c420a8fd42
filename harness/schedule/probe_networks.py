"""The trainings of the single networks that probes look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.schedule.cells import Cell, task_groups
from harness.schedule.ledger import Ledger
from harness.schedule.pursuit import recorded_unit
from harness.schedule.units import UnitFactory

if TYPE_CHECKING:
    from harness.config import ComponentUse

#: The seed whose network is looked at.
SEED = 0

Found = tuple[dict[str, Any] | None, str | None]


class Networks:
    """Finds the unit of a task's final single run; every question is asked of the ledger once."""

    def __init__(self, factory: UnitFactory, ledger: Ledger) -> None:
        self.factory, self.ledger = factory, ledger
        self._alone = {group[0] for group in task_groups(factory.config) if len(group) == 1}
        self._found: dict[tuple[str, str, str, int], Found] = {}

    def of(self, task: str, feature: ComponentUse, model: ComponentUse, fold: int) -> Found:
        """Return the unit of the run in a fold, or ``None`` and why there is none (``None`` while it may come).

        A task with one fixed split has one network for all folds.
        """
        name = task, feature.as_, model.as_, fold
        if name not in self._found:
            its_fold = fold if self.factory.prepared.n_folds((task,)) > 1 else 0
            self._found[name] = self._find(Cell((task,), feature, model, None), its_fold)
        return self._found[name]

    @property
    def keys(self) -> set[str]:
        """The keys of the trainings that were found."""
        return {unit["key"] for unit, _ in self._found.values() if unit is not None}

    def _find(self, cell: Cell, fold: int) -> Found:
        [task] = cell.tasks
        if task not in self._alone:
            return None, f"{task} is not trained alone in this study"
        unit = recorded_unit(self.factory, self.ledger, cell, fold, SEED)
        training = self.ledger.training(unit["key"]) if unit is not None else None
        if unit is None or training is None:
            return None, self._no_run(cell, fold)
        if training["status"] == "failed":
            return None, f"the single run of {task} failed: {training['error']}"
        return (unit, None) if training["status"] == "done" else (None, None)

    def _no_run(self, cell: Cell, fold: int) -> str | None:
        tuning = self.factory.config.tuning
        trials = self.ledger.trials(self.factory.search_id(cell, fold if tuning.scope == "nested" else 0))
        if len(trials) >= tuning.trials and all(trial["status"] == "failed" for trial in trials):
            return f"every trial of {cell.tasks[0]} alone failed"
        return None
