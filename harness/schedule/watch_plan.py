"""What those who watch a study need of its plan, as plain values in the ledger (``plan_json``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.schedule.cells import Cell, shared_trainings

if TYPE_CHECKING:
    from harness.schedule.prepare import Prepared


def plan_facts(prepared: Prepared, cells: list[Cell], n_folds: dict[str, int]) -> dict[str, Any]:
    """Return the cells with their folds, how many trainings each takes, and by what a task is judged."""
    config = prepared.config
    return {
        "trials": config.tuning.trials,
        "seeds": config.evaluation.seeds,
        "nested": config.tuning.scope == "nested",
        "shared": shared_trainings(config),
        "tasks": {name: _judged(prepared, name) for name in config.tasks},
        "cells": [_cell(cell, n_folds[cell.id]) for cell in cells],
    }


def _judged(prepared: Prepared, task: str) -> dict[str, Any]:
    metric = prepared.metrics(task)[0]
    return {"metric": metric, "sign": 1 if prepared.metric_record(metric).direction == "max" else -1}


def _cell(cell: Cell, folds: int) -> dict[str, Any]:
    return {
        "id": cell.id,
        "tasks": list(cell.tasks),
        "feature": cell.feature.as_,
        "model": cell.model.as_,
        "combiner": cell.combiner.as_ if cell.combiner else None,
        "placebo": cell.placebo,
        "matched": bool(cell.capacity_of),
        "folds": folds,
    }
