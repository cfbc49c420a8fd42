"""The way of one cell in one fold: its search, then its final runs. All that it knows is in the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.keys import content_key
from harness.schedule.beside import keeps, lacking
from harness.schedule.cells import Cell
from harness.schedule.ledger import Ledger
from harness.schedule.trials import FINISHED, Trials
from harness.schedule.units import UnitFactory
from harness.tune.search import Search, Trial
from harness.tune.space import constants

ENDED = ("done", "failed", "pruned")


@dataclass
class Pursuit:
    """A cell's search (in ``fold``) and the final runs in ``run_folds`` that its best trial is trained for.

    :meth:`advance` looks at the ledger, records what can be recorded, and returns the units that are to be trained
    now; it is called again whenever one of them has ended, until :attr:`complete`.
    """

    cell: Cell
    fold: int
    run_folds: tuple[int, ...]
    factory: UnitFactory
    ledger: Ledger
    seeds: int
    trials: Trials = field(init=False)
    complete: bool = False
    _redone: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.trials = Trials(self.cell, self.fold, self.factory, self.ledger)

    @property
    def search(self) -> Search:
        """The search of the cell in its fold."""
        return self.trials.search

    @property
    def n_trainings(self) -> int:
        """How many trainings the pursuit takes in all: the best trial's training is one of the final runs, unless
        these are trained again with the validation part.
        """
        shared = 0 if self.factory.config.evaluation.refit else 1
        return self.search.n_trials + len(self.run_folds) * self.seeds - shared

    def advance(self) -> list[dict[str, Any]]:
        """Record what follows from the ledger, and return the units that wait for a worker (some may be in flight)."""
        return self.trials.advance() or self._final()

    def take_pruned(self) -> list[str]:
        """Return the keys of the trainings whose trials were pruned since this was asked last."""
        return self.trials.take_pruned()

    def done(self) -> dict[str, Any]:
        """Return what is told when the pursuit is complete."""
        return {"cell": self.cell.id, "fold": self.fold}

    def _final(self) -> list[dict[str, Any]]:
        """Point the final runs at their trainings; return the units that are still to be trained."""
        best = self.search.best()
        if best is None:
            if self.trials.reprieve():
                return self.advance()
            self.complete = True
            return []
        units = list(self._final_units(best))
        self._redo([unit for _, _, unit in units])
        with self.ledger.transaction():
            status = [self.ledger.add_training(unit["key"], unit) for _, _, unit in units]
            for fold, seed, unit in units:
                if keeps(unit) != "none":
                    self.ledger.renew(unit)
                self.ledger.set_run(
                    run_id(self.cell, fold, seed), self.cell.id, fold, seed, best.params, unit["key"]
                )
        waiting = [unit for (_, _, unit), state in zip(units, status, strict=True) if state not in FINISHED]
        self.complete = not waiting
        return waiting

    def _redo(self, units: list[dict[str, Any]]) -> None:
        """Ask once more, and once only, for a training whose networks or reports are not there."""
        for unit in units:
            if unit["key"] not in self._redone and lacking(unit, self.ledger):
                self._redone.add(unit["key"])
                self.ledger.redo(unit["key"])

    def _final_units(self, best: Trial) -> Iterator[tuple[int, int, dict[str, Any]]]:
        for fold in self.run_folds:
            for seed in range(self.seeds):
                yield fold, seed, self.trials.unit(fold, best.params, seed, final=True)


def recorded_unit(
    factory: UnitFactory, ledger: Ledger, cell: Cell, fold: int, seed: int
) -> dict[str, Any] | None:
    """Return the unit of a final run as it is recorded, if it is what the study file asks for now."""
    run = ledger.run(run_id(cell, fold, seed))
    if run is None:
        return None
    unit = factory.unit(
        cell, fold, {**constants(factory.cell_space(cell)), **json.loads(run["params"])}, seed, final=True
    )
    return unit if unit["key"] == run["key"] else None


def run_id(cell: Cell, fold: int, seed: int) -> str:
    """Return the identity of a run: a hash of its cell, fold and seed."""
    return content_key([cell.id, fold, seed], length=16)


def pursuits(
    cells: list[Cell],
    factory: UnitFactory,
    ledger: Ledger,
    n_folds: dict[str, int],
    *,
    scope: str,
    seeds: int,
) -> Iterator[Pursuit]:
    """Yield the pursuits of a study, lazily: one a cell and fold (``nested``), or one a cell (``first_fold``)."""
    for cell in cells:
        folds = range(n_folds[cell.id])
        if scope == "first_fold":
            yield Pursuit(cell, 0, tuple(folds), factory, ledger, seeds)
        else:
            for fold in folds:
                yield Pursuit(cell, fold, (fold,), factory, ledger, seeds)
