"""What `study status` and `watch` need of a merged study: its plan, and which of its searches have begun and ended."""

from __future__ import annotations

import json

from harness.schedule.cells import Cell
from harness.schedule.ledger import Ledger
from harness.schedule.pursuit import recorded_unit
from harness.schedule.units import UnitFactory
from harness.schedule.watch_plan import plan_facts


def note_plan(ledger: Ledger, cells: list[Cell], factory: UnitFactory) -> bool:
    """Write the plan and the searches, and where the data of the final runs lie here instead of where they lay; return
    whether all final runs have ended.
    """
    prepared = factory.prepared
    n_folds = {cell.id: prepared.n_folds(cell.tasks) for cell in cells}
    ledger.set_meta("plan_json", json.dumps(plan_facts(prepared, cells, n_folds)))
    nested = factory.config.tuning.scope == "nested"
    ended = True
    for cell in cells:
        folds = range(n_folds[cell.id])
        for fold, run_folds in [(fold, [fold]) for fold in folds] if nested else [(0, list(folds))]:
            ended &= _note_search(ledger, cell, fold, run_folds, factory)
    return ended


def _note_search(ledger: Ledger, cell: Cell, fold: int, run_folds: list[int], factory: UnitFactory) -> bool:
    search_id = factory.search_id(cell, fold)
    seeds = range(factory.config.evaluation.seeds)
    ended = all([_renewed(ledger, cell, of, seed, factory) for of in run_folds for seed in seeds])
    if ledger.trials(search_id):
        ledger.watched.opened(search_id, cell.id, fold)
        if ended:
            ledger.watched.complete(cell.id, fold)
    return ended


def _renewed(ledger: Ledger, cell: Cell, fold: int, seed: int, factory: UnitFactory) -> bool:
    """Write a final run's unit anew; return whether the run has ended."""
    unit = recorded_unit(factory, ledger, cell, fold, seed)
    training = ledger.training(unit["key"]) if unit is not None else None
    if unit is None or training is None:
        return False
    ledger.renew(unit)
    return training["status"] in ("done", "failed")
