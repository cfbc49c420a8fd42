"""What a study would do: cells, trials, runs, what is done already, and how long the rest may take."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.plugins import load_registry
from harness.schedule.cells import Cell, count_trainings, enumerate_cells, shared_trainings
from harness.schedule.directory import LEDGER, open_for_reading, study_directory
from harness.schedule.ledger import Ledger
from harness.schedule.prepare import Prepared, prepare
from harness.schedule.probe_count import expected_probes
from harness.schedule.recorded import count_recorded
from harness.schedule.savings import cell_epochs, savings
from harness.schedule.units import UnitFactory
from harness.schedule.work import load_data
from harness.train.pilot import seconds_a_step
from harness.train.types import RunSpec
from harness.tune.space import centre, constants

if TYPE_CHECKING:
    from harness.config import StudyConfig


def describe_plan(config: StudyConfig, *, out: Path | None, study_file: Path) -> dict[str, Any]:
    """Return the plan of a study as plain values. The data are prepared (and kept) for it; nothing is trained.

    ``estimate_s`` is the time that the trainings left would take with all workers if none stopped early: steps left
    times the time of a step, timed on a few real steps of a cell of each feature, model and group size; with a pruner
    the steps are those that it is expected to leave. ``savings`` says what is not trained, and why; ``probes`` how
    many units measure what predictors read (:func:`harness.schedule.probe_count.expected_probes`), which come on top.
    """
    prepared = prepare(config, load_registry(), _say)
    cells = enumerate_cells(prepared.config)
    factory = UnitFactory(prepared)
    n_folds = {cell.id: prepared.n_folds(cell.tasks) for cell in cells}
    directory = study_directory(config.study, out)
    done = _done(directory, cells, factory)
    rows = [_row(cell, n_folds[cell.id], config, prepared) for cell in cells]
    total = count_trainings(cells, n_folds, config)
    seconds = _seconds(cells, factory, config)
    work = sum(
        cell_epochs(row, config) / config.training.epochs * row["steps"] * seconds[_kind(cell)]
        for row, cell in zip(rows, cells, strict=True)
    )
    workers = (
        config.compute.workers if isinstance(config.compute.workers, int) else len(os.sched_getaffinity(0))
    )
    left = max(total - done, 0)

    def clock(cell: Cell) -> tuple[float, int]:
        return _time(cell, factory, config.data.options.memory_gb), _steps(cell, config, prepared)

    probes = expected_probes(factory, clock)

    return {
        "study": config.study,
        "study_file": str(study_file),
        "directory": str(directory),
        "n_cells": len(cells),
        "n_trials": sum(row["trials"] for row in rows),
        "n_runs": sum(row["runs"] for row in rows),
        "n_trainings": total,
        "n_done": done,
        "workers": workers,
        "estimate_s": round(work * left / total / workers, 1) if total else 0.0,
        "savings": savings(rows, config),
        **({"probes": probes} if probes else {}),
        "cells": rows,
    }


def _row(cell: Cell, folds: int, config: StudyConfig, prepared: Prepared) -> dict[str, Any]:
    nested = config.tuning.scope == "nested"
    trials = config.tuning.trials * (folds if nested else 1)
    runs = folds * config.evaluation.seeds
    return {
        "cell_id": cell.id,
        "tasks": list(cell.tasks),
        "feature": cell.feature.as_,
        "model": cell.model.as_,
        "combiner": cell.combiner.as_ if cell.combiner else None,
        "placebo": cell.placebo,
        "capacity_of": list(cell.capacity_of),
        "trials": trials,
        "runs": runs,
        "trainings": trials + runs - shared_trainings(config) * (folds if nested else 1),
        "steps": _steps(cell, config, prepared),
    }


def _steps(cell: Cell, config: StudyConfig, prepared: Prepared) -> int:
    """Return the longest budget of the cell's tasks, in steps."""
    sizes = [len(prepared.splits[name][0].train) for name in cell.tasks]
    return max(config.training.epochs * -(-size // config.training.batch_size) for size in sizes)


def _kind(cell: Cell) -> tuple[Any, ...]:
    combiner = cell.combiner.as_ if cell.combiner else None
    return (cell.feature.as_, cell.model.as_, combiner, len(cell.tasks), len(cell.capacity_of))


def _seconds(cells: list[Cell], factory: UnitFactory, config: StudyConfig) -> dict[tuple[Any, ...], float]:
    """Time a step of the first cell of each kind, with one thread, as a worker does."""
    import torch

    torch.set_num_threads(1)
    first = {_kind(cell): cell for cell in reversed(cells)}
    return {kind: _time(cell, factory, config.data.options.memory_gb) for kind, cell in first.items()}


def _time(cell: Cell, factory: UnitFactory, memory_gb: float) -> float:
    space = factory.cell_space(cell)
    unit = factory.unit(cell, 0, {**constants(space), **centre(space)}, 0)
    return seconds_a_step(load_data(unit["data"], memory_gb), RunSpec.from_json(unit["spec"]))


def _done(directory: Path, cells: list[Cell], factory: UnitFactory) -> int:
    """Count the trainings of the plan that the study's directory holds already."""
    if not (directory / LEDGER).is_file():
        return 0
    ledger: Ledger = open_for_reading(directory)
    try:
        return count_recorded(cells, factory, ledger)
    finally:
        ledger.close()


def _say(done: int, total: int, what: str) -> None:
    if sys.stderr.isatty() and done in (0, total):
        sys.stderr.write(f"{what}: {done} of {total}\n")
