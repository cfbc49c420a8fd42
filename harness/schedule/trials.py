"""The trials of a cell in a fold: asked, trained, compared at rungs, told. What is known of them is in the ledger."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from harness.schedule.cells import Cell
from harness.schedule.ledger import Ledger
from harness.schedule.units import UnitFactory
from harness.tune.pruning import Judge, Report, rungs_of
from harness.tune.search import Search, Trial
from harness.tune.space import constants

#: States of a training that nothing more is expected of. A pruned one may still be asked for by another trial.
FINISHED = ("done", "failed")

Unit = dict[str, Any]


@dataclass
class Standing:
    """Where a pending trial is: ``rung`` is the next one at which it is compared (``None``: it is trained to the end).

    ``reached`` is its training's objective after each epoch so far.
    """

    trial: Trial
    unit: Unit
    status: str
    objective: float | None
    rung: int | None
    reached: list[float]

    @property
    def ended(self) -> bool:
        """Whether the training failed, or ended before (or at) the next rung: then there is nothing left to prune."""
        over = self.rung is None or len(self.reached) <= self.rung
        return self.status == "failed" or (self.status == "done" and over)

    @property
    def trains(self) -> bool:
        """Whether the trial waits for its training to get to the next rung, or to its end."""
        return self.status not in FINISHED and (self.rung is None or len(self.reached) < self.rung)

    def report(self) -> Report:
        """Return what is reported at the rung."""
        assert self.rung is not None
        return Report(self.trial.number, self.rung, self.reached[self.rung - 1])


class Trials:
    """Drives the search of one cell in one fold.

    With a pruner, the trials of a batch are trained to a rung, and judged there together, in the order they were
    asked; those that go on are trained from their checkpoints to the next.
    """

    def __init__(self, cell: Cell, fold: int, factory: UnitFactory, ledger: Ledger) -> None:
        self.cell, self.fold, self.factory, self.ledger = cell, fold, factory, ledger
        tuning = factory.config.tuning
        self.search_id = factory.search_id(cell, fold)
        self.search = Search(
            space=factory.cell_space(cell),
            n_trials=tuning.trials,
            batch_size=tuning.batch,
            sampler=tuning.sampler,
            seed=factory.search_seed(cell, fold),
        )
        self._prunes = tuning.pruner == "hyperband"
        self._epochs: int = factory.config.training.epochs if self._prunes else 0
        self._history: list[Report] = []
        self._pruned: list[str] = []
        self._units: dict[str, Unit] = {}
        self._restore()

    def advance(self) -> list[Unit]:
        """Record what follows from the ledger, and return the units that wait; empty when every trial has ended."""
        while True:
            waiting = self._tell()
            if waiting or not self._ask():
                return waiting

    def unit(self, fold: int, params: dict[str, Any], seed: int, *, final: bool = False) -> Unit:
        """Return the unit of one training of the cell."""
        name = json.dumps([fold, params, seed, final])
        if name not in self._units:
            chosen = {**constants(self.search.space), **params}
            self._units[name] = self.factory.unit(self.cell, fold, chosen, seed, final=final)
        return self._units[name]

    def take_pruned(self) -> list[str]:
        """Return the keys of the trainings that were pruned since this was asked last."""
        keys, self._pruned = self._pruned, []
        return keys

    def reprieve(self) -> bool:
        """Train the best pruned trial to its end after all; return whether there is one.

        For a search in which every trial that was not pruned has failed: it had pruned others before.
        """
        pruned = [trial for trial in self.search.trials if trial.status == "pruned"]
        if not pruned:
            return False
        trial = max(pruned, key=_promise)
        end = Report(trial.number, self._epochs, math.nan)
        key = self.unit(self.fold, trial.params, 0)["key"]
        with self.ledger.transaction():
            self.ledger.rungs.reprieve(self.search_id, trial.number, key, end)
        trial.status, trial.rungs[end.epoch] = "pending", end.value
        return True

    def _restore(self) -> None:
        for row in self.ledger.trials(self.search_id)[: self.search.n_trials]:
            self.search.trials.append(Trial(row["number"], row["batch"], json.loads(row["params"])))
        if self._prunes:
            self._remember(self.ledger.rungs.verdicts(self.search_id))

    def _remember(self, verdicts: list[tuple[Report, bool]]) -> None:
        for report, pruned in verdicts:
            if report.number >= len(self.search.trials):
                continue  # of a trial that the study file asks for no more
            self._history.append(report)
            self.search.trials[report.number].rungs[report.epoch] = report.value
            if pruned:
                self.search.prune(report.number)

    def _ask(self) -> bool:
        """Ask for the next batch of trials and record it; return whether there is one."""
        asked = self.search.ask()
        if not asked:
            return False
        units = [self.unit(self.fold, trial.params, 0) for trial in asked]
        with self.ledger.transaction():
            for unit in units:
                self.ledger.add_training(unit["key"], unit)
            rows = [(t.number, t.batch, t.params, u["key"]) for t, u in zip(asked, units, strict=True)]
            self.ledger.add_trials(self.search_id, self.cell.id, self.fold, rows)
        return True

    def _tell(self) -> list[Unit]:
        """Tell the search what has ended, judge what is at a rung; return the units that are to be trained."""
        while True:
            standings = [self._standing(trial) for trial in self.search.trials if trial.status == "pending"]
            for one in standings:
                if one.ended:
                    self.search.tell(one.trial.number, one.objective if one.status == "done" else None)
            going = [one for one in standings if not one.ended]
            if not self._judge(going):
                return [_to_rung(one.unit, one.rung) for one in going if one.trains]

    def _standing(self, trial: Trial) -> Standing:
        unit = self.unit(self.fold, trial.params, 0)
        row = self.ledger.training(unit["key"])
        status, objective = (row["status"], row["objective"]) if row is not None else ("pending", None)
        reached = self.ledger.rungs.reached(unit["key"]) if self._prunes else []
        return Standing(trial, unit, status, objective, self._next_rung(trial), reached)

    def _next_rung(self, trial: Trial) -> int | None:
        if not self._prunes or self._epochs in trial.rungs:
            return None
        coming = (rung for rung in rungs_of(trial.number, self._epochs) if rung not in trial.rungs)
        return next(coming, None)

    def _judge(self, going: list[Standing]) -> bool:
        """Judge the trials at the lowest rung ahead of any, once all have come there; return whether they had."""
        rung = min((one.rung for one in going if one.rung is not None), default=None)
        here = [one for one in going if one.rung == rung]
        if rung is None or any(one.trains for one in here):
            return False
        judge = Judge(self._epochs, self._history)
        verdicts = [(one.report(), judge.prunes(one.report())) for one in here]
        keys = [one.unit["key"] for one, (_, pruned) in zip(here, verdicts, strict=True) if pruned]
        with self.ledger.transaction():
            self.ledger.rungs.judge(self.search_id, verdicts)
            for key in keys:
                self.ledger.rungs.set_pruned(key, datetime.now(UTC).timestamp())
        self._remember(verdicts)
        self._pruned += keys
        return True


def _to_rung(unit: Unit, rung: int | None) -> Unit:
    return unit if rung is None else {**unit, "spec": {**unit["spec"], "stop_epoch": rung}}


def _promise(trial: Trial) -> tuple[int, float, int]:
    """How far a pruned trial went, then what it had reached, then the earlier."""
    last = max(trial.rungs)
    value = trial.rungs[last]
    return last, -math.inf if math.isnan(value) else value, -trial.number
