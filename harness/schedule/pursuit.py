"""The way of one cell in one fold: its search, then its final runs. All that it knows is in the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.keys import content_key
from harness.schedule.cells import Cell
from harness.schedule.ledger import Ledger
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
    search: Search = field(init=False)
    search_id: str = field(init=False)
    complete: bool = False

    def __post_init__(self) -> None:
        tuning = self.factory.config.tuning
        self.search_id = self.factory.search_id(self.cell, self.fold)
        self.search = Search(
            space=self.factory.cell_space(self.cell),
            n_trials=tuning.trials,
            batch_size=tuning.batch,
            sampler=tuning.sampler,
            seed=self.factory.search_seed(self.cell, self.fold),
        )
        self._restore()

    @property
    def n_trainings(self) -> int:
        """How many trainings the pursuit takes in all: the best trial's training is one of the final runs."""
        return self.search.n_trials + len(self.run_folds) * self.seeds - 1

    def advance(self) -> list[dict[str, Any]]:
        """Record what follows from the ledger, and return the units that wait for a worker (some may be in flight)."""
        waiting = self._tell()
        while not waiting:
            asked = self.search.ask()
            if not asked:
                return self._final()
            waiting = self._record(asked)
        return waiting

    def _restore(self) -> None:
        for row in self.ledger.trials(self.search_id)[: self.search.n_trials]:
            self.search.trials.append(Trial(row["number"], row["batch"], json.loads(row["params"])))

    def _unit(self, fold: int, params: dict[str, Any], seed: int) -> dict[str, Any]:
        return self.factory.unit(self.cell, fold, {**constants(self.search.space), **params}, seed)

    def _record(self, asked: list[Trial]) -> list[dict[str, Any]]:
        units = [self._unit(self.fold, trial.params, 0) for trial in asked]
        with self.ledger.transaction():
            for unit in units:
                self.ledger.add_training(unit["key"], unit)
            rows = [(t.number, t.batch, t.params, u["key"]) for t, u in zip(asked, units, strict=True)]
            self.ledger.add_trials(self.search_id, self.cell.id, self.fold, rows)
        return self._tell()

    def _tell(self) -> list[dict[str, Any]]:
        """Tell the search every trial whose training has ended; return the units of those that have not."""
        waiting = []
        for trial in self.search.trials:
            if trial.status != "pending":
                continue
            unit = self._unit(self.fold, trial.params, 0)
            row = self.ledger.training(unit["key"])
            if row is None or row["status"] not in ENDED:
                waiting.append(unit)
            else:
                self.search.tell(trial.number, row["objective"] if row["status"] == "done" else None)
        return waiting

    def _final(self) -> list[dict[str, Any]]:
        """Point the final runs at their trainings; return the units that are still to be trained."""
        best = self.search.best()
        if best is None:
            self.complete = True
            return []
        units = list(self._final_units(best))
        with self.ledger.transaction():
            status = [self.ledger.add_training(unit["key"], unit) for _, _, unit in units]
            for fold, seed, unit in units:
                self.ledger.set_run(
                    run_id(self.cell, fold, seed), self.cell.id, fold, seed, best.params, unit["key"]
                )
        waiting = [unit for (_, _, unit), state in zip(units, status, strict=True) if state not in ENDED]
        self.complete = not waiting
        return waiting

    def _final_units(self, best: Trial) -> Iterator[tuple[int, int, dict[str, Any]]]:
        for fold in self.run_folds:
            for seed in range(self.seeds):
                yield fold, seed, self._unit(fold, best.params, seed)


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
