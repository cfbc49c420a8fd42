"""How many of a plan's trainings a ledger holds: what another study file left there does not count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.schedule.cells import Cell
from harness.schedule.ledger import Ledger
from harness.schedule.pursuit import recorded_unit
from harness.schedule.units import UnitFactory

ENDED = ("done", "failed", "pruned")


def count_recorded(cells: Iterable[Cell], factory: UnitFactory, ledger: Ledger) -> int:
    """Return the number of trainings of these cells that ended: trials, and final runs of today's study file.

    A training that serves as a trial and as a final run counts once, as in
    :func:`harness.schedule.cells.count_trainings`.
    """
    found = {
        key for cell in cells for key in (*_trials(cell, factory, ledger), *_runs(cell, factory, ledger))
    }
    return len(found)


def _trials(cell: Cell, factory: UnitFactory, ledger: Ledger) -> Iterator[str]:
    config = factory.prepared.config
    folds = factory.prepared.n_folds(cell.tasks) if config.tuning.scope == "nested" else 1
    for fold in range(folds):
        for row in ledger.trials(factory.search_id(cell, fold))[: config.tuning.trials]:
            if row["status"] in ENDED:
                yield row["key"]


def _runs(cell: Cell, factory: UnitFactory, ledger: Ledger) -> Iterator[str]:
    for fold in range(factory.prepared.n_folds(cell.tasks)):
        for seed in range(factory.prepared.config.evaluation.seeds):
            unit = recorded_unit(factory, ledger, cell, fold, seed)
            training = ledger.training(unit["key"]) if unit else None
            if unit and training is not None and training["status"] in ENDED:
                yield unit["key"]
