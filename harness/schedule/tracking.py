"""Tells the study's trackers what happens: the scheduler's events become events about cells and runs."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.bases.tracker import Tracker
from harness.plugins import Registry
from harness.schedule.answers import load_quietly
from harness.schedule.cells import Cell
from harness.schedule.ledger import Ledger
from harness.schedule.pursuit import recorded_unit, run_id
from harness.schedule.units import UnitFactory

if TYPE_CHECKING:
    from harness.config import StudyConfig

#: The folder's name in a study's directory; each tracker has one of its own in it.
FOLDER = "trackers"

Payload = dict[str, Any]


class Tracking:
    """A watcher that passes on, to every tracker of the study (``compute.trackers``):

    ``study_started`` (study, study_id, directory, config), ``cell_started`` (cell_id, tasks, feature, model, combiner,
    placebo, capacity_of), ``run_done`` (run_id, config_hash, cell, fold, seed, params, steps, engine, device,
    wall_time_s, curves, scores, selections), ``run_failed`` (the same up to params, error_type, error) and
    ``study_finished`` (what study_started has, gains, tables, report or null).

    A run is told of once it is a final run that has ended; the ledger remembers it, so that resuming does not tell it
    again. A tracker that raises is reported once and switched off. It never stops a study.
    """

    def __init__(
        self, config: StudyConfig, registry: Registry, ledger: Ledger, say: Callable[..., None]
    ) -> None:
        self.config, self.registry, self.ledger, self.say = config, registry, ledger, say
        self.trackers: dict[str, Tracker] = {}
        self._cells: dict[str, Cell] = {}
        self._begun: set[str] = set()

    def start(self, study_id: str, factory: UnitFactory, cells: list[Cell]) -> None:
        """Build the trackers, and tell them that the study begins, or goes on."""
        self.ledger.clear_problems("tracker")
        self.factory, self._cells = factory, {cell.id: cell for cell in cells}
        self._study = {
            "study": self.config.study,
            "study_id": study_id,
            "directory": str(self.ledger.path.parent.resolve()),
            "config": self.config.to_resolved_dict(),
        }
        for use in self.config.compute.trackers:
            self._guarded(use.as_, partial(self._build, use.as_, use.name, use.parameters))
        self._tell("study_started", self._study)

    def event(self, name: str, payload: Payload) -> None:
        """See an event of the scheduler."""
        if not self.trackers:
            return
        if name == "training_started":
            training = self.ledger.training(payload["key"])
            if training is not None:
                self._begin(json.loads(training["unit"])["cell"])
        elif name == "pursuit_done":
            self._begin(payload["cell"])
            for run, what, told in self._ended(self._cells[payload["cell"]], payload["fold"]):
                self._tell(f"run_{what}", told, remember=(run, f"{what} {told['config_hash']}"))

    def finish(self, directory: Path, report: Path | None) -> None:
        """The study is complete, and its tables are written in its directory."""
        if not self.trackers:
            return
        frame = load_quietly(directory).tables["gains"]
        gains = json.loads(frame.to_json(orient="records", double_precision=15))
        tables = (directory / "tables").resolve()
        path = str(report.resolve()) if report is not None else None
        self._tell("study_finished", self._study | {"gains": gains, "tables": str(tables), "report": path})

    def close(self) -> None:
        """End the trackers."""
        for name, tracker in list(self.trackers.items()):
            self._guarded(name, tracker.close)
        self.trackers.clear()

    def _build(self, name: str, component: str, parameters: Payload) -> None:
        record = self.registry.get("tracker", component).component
        directory = self.ledger.path.parent / FOLDER / name
        self.trackers[name] = record.build(record.parameters(**parameters), directory)

    def _begin(self, cell_id: str) -> None:
        cell = self._cells.get(cell_id)
        if cell is not None and cell_id not in self._begun:
            self._begun.add(cell_id)
            self._tell("cell_started", _told(cell))

    def _ended(self, cell: Cell, fold: int) -> Iterator[tuple[str, str, Payload]]:
        """Yield identity, done or failed, and payload of the cell's final runs that have ended and were not told."""
        nested = self.config.tuning.scope == "nested"
        for number in [fold] if nested else range(self.factory.prepared.n_folds(cell.tasks)):
            for seed in range(self.config.evaluation.seeds):
                run = run_id(cell, number, seed)
                unit = recorded_unit(self.factory, self.ledger, cell, number, seed)
                training = self.ledger.training(unit["key"]) if unit is not None else None
                if training is None or training["status"] not in ("done", "failed"):
                    continue
                what = str(training["status"])
                if all(
                    self.ledger.tracked.knows(name, run, f"{what} {training['key']}")
                    for name in self.trackers
                ):
                    continue
                yield run, what, self._payload(run, cell, number, seed, training)

    def _payload(self, run: str, cell: Cell, fold: int, seed: int, training: Any) -> Payload:
        recorded = self.ledger.run(run)
        assert recorded is not None
        payload = {
            "run_id": run,
            "config_hash": training["key"],
            "cell": _told(cell),
            "fold": fold,
            "seed": seed,
            "params": json.loads(recorded["params"]),
        }
        if training["status"] == "failed":
            return payload | {"error_type": training["error_type"], "error": training["error"]}
        result = self.ledger.result(training["key"]) or {}
        names = ("steps", "engine", "device", "wall_time_s", "curves", "scores", "selections")
        return payload | {name: result[name] for name in names}

    def _tell(self, name: str, payload: Payload, remember: tuple[str, str] | None = None) -> None:
        """Tell every tracker; with ``remember`` (run, what) those that were not told, and remember that they were."""
        for tracker_name, tracker in list(self.trackers.items()):
            if remember is not None and self.ledger.tracked.knows(tracker_name, *remember):
                continue
            told = self._guarded(tracker_name, partial(tracker.event, name, payload))
            if told and remember is not None:
                self.ledger.tracked.told(tracker_name, *remember)

    def _guarded(self, name: str, call: Callable[[], None]) -> bool:
        """Call a tracker; report one that raises, and switch it off. Return whether it did not raise."""
        try:
            call()
            return True
        except Exception as error:
            self.trackers.pop(name, None)
            self.ledger.problem(name, "tracker", type(error).__name__, str(error), traceback.format_exc())
            self.say(f"tracker {name} is switched off: {type(error).__name__}: {error}", "yellow")
            return False


def _told(cell: Cell) -> Payload:
    return {
        "cell_id": cell.id,
        "tasks": list(cell.tasks),
        "feature": cell.feature.as_,
        "model": cell.model.as_,
        "combiner": cell.combiner.as_ if cell.combiner else None,
        "placebo": cell.placebo,
        "capacity_of": list(cell.capacity_of) or None,
    }
