"""From the ledger and the prepared data to the rows of the result tables."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from harness.schedule.cells import Cell
from harness.schedule.data_tables import DataTables, Rows
from harness.schedule.ledger import Ledger
from harness.schedule.prepare import Prepared
from harness.schedule.probe_rows import probe_rows
from harness.schedule.pursuit import recorded_unit, run_id
from harness.schedule.report_rows import confusions
from harness.schedule.units import UnitFactory

#: Tables that hang on a run.
CHILDREN = ("selections", "scores", "curves", "predictions", "confusions")
NO_TRIAL = "no trial of this cell and fold ended with a finite validation score; see the failures"


class TableBuilder:
    """Builds every table that the ledger and the data decide; the analysis adds the others."""

    def __init__(
        self, prepared: Prepared, factory: UnitFactory, cells: list[Cell], ledger: Ledger, study_id: str
    ) -> None:
        self.prepared = prepared
        self.factory = factory
        self.cells = cells
        self.ledger = ledger
        self.key = {"study_id": study_id}
        self.data = DataTables(prepared, self.key)

    def build(self, provenance: dict[str, Any]) -> dict[str, pd.DataFrame | Rows]:
        """Return the tables by name. ``provenance`` fills the columns of ``study`` that are not counted here."""
        runs, children = self._runs()
        trials = list(self._trials())
        cells = [self._cell(cell, runs, trials) for cell in self.cells]
        return {
            "study": [self._study(cells, runs, provenance)],
            "tasks": [self.data.task(name) for name in self.prepared.config.tasks],
            "clips": self.data.clips(),
            "labels": self.data.labels(),
            "cells": cells,
            "trials": trials,
            "runs": runs,
            **children,
            "probes": [self.key | row for row in probe_rows(self.factory, self.ledger)],
            "failures": self.failures(),
            "quarantine": self.data.quarantine(),
        }

    # -- the study and its cells -----------------------------------------------------------------------------------

    def _study(self, cells: Rows, runs: Rows, provenance: dict[str, Any]) -> dict[str, Any]:
        done = sum(cell["status"] == "done" for cell in cells)
        devices = sorted({run["device"] for run in runs if run.get("device")})
        counts = {"n_cells": len(cells), "n_cells_done": done, "complete": done == len(cells)}
        return (
            self.key | provenance | counts | {"host": platform.node(), "device": ", ".join(devices) or None}
        )

    def _cell(self, cell: Cell, runs: Rows, trials: Rows) -> dict[str, Any]:
        states = [run["status"] for run in runs if run["cell_id"] == cell.id]
        ended = [t for t in trials if t["cell_id"] == cell.id and t["status"] in ("done", "failed", "pruned")]
        return self.key | {
            "cell_id": cell.id,
            "tasks": list(cell.tasks),
            "group_size": len(cell.tasks),
            "feature": cell.feature.as_,
            "model": cell.model.as_,
            "combiner": cell.combiner.as_ if cell.combiner else None,
            "placebo": cell.placebo,
            "capacity_of": list(cell.capacity_of) or None,
            "status": _cell_status(states, bool(ended)),
            "n_trials": len(ended),
            "n_runs": states.count("done"),
        }

    def _trials(self) -> Iterator[dict[str, Any]]:
        for cell in self.cells:
            n_folds = self.prepared.n_folds(cell.tasks)
            scope = self.prepared.config.tuning.scope
            for fold in range(n_folds if scope == "nested" else 1):
                rows = self.ledger.trials(self.factory.search_id(cell, fold))
                for row in rows[: self.prepared.config.tuning.trials]:
                    yield self.key | {
                        "cell_id": cell.id,
                        "fold": fold,
                        "number": row["number"],
                        "batch": row["batch"],
                        "value": row["objective"] if row["status"] == "done" else None,
                        "status": row["status"],
                        "pruned_epoch": row["pruned_epoch"],
                        "pruned_value": row["pruned_value"],
                        "wall_time_s": row["wall_time_s"],
                        "error_type": row["error_type"],
                        **_params(row["params"]),
                    }

    def _runs(self) -> tuple[Rows, dict[str, Rows]]:
        """Return the rows of ``runs`` and of the tables that hang on a run."""
        runs: Rows = []
        children: dict[str, Rows] = {name: [] for name in CHILDREN}
        for cell in self.cells:
            for fold in range(self.prepared.n_folds(cell.tasks)):
                for seed in range(self.prepared.config.evaluation.seeds):
                    row, result = self._run(cell, fold, seed)
                    runs.append(row)
                    keys = {name: row[name] for name in ("study_id", "cell_id", "run_id")}
                    result |= {"confusions": confusions(result, self.prepared)}
                    for name, rows in children.items():
                        rows.extend(keys | child for child in result.get(name, ()))
        return runs, children

    def _run(self, cell: Cell, fold: int, seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
        identity = run_id(cell, fold, seed)
        keys = self.key | {"cell_id": cell.id, "run_id": identity, "fold": fold, "seed": seed}
        run = self.ledger.run(identity)
        if run is None or recorded_unit(self.factory, self.ledger, cell, fold, seed) is None:
            return keys | self._not_trained(cell, fold), {}
        training = self.ledger.training(run["key"])
        assert training is not None
        result = self.ledger.result(run["key"]) if training["status"] == "done" else None
        return keys | _run_columns(training, result, run), result or {}

    def _not_trained(self, cell: Cell, fold: int) -> dict[str, Any]:
        searched = fold if self.prepared.config.tuning.scope == "nested" else 0
        trials = self.ledger.trials(self.factory.search_id(cell, searched))
        exhausted = len(trials) >= self.prepared.config.tuning.trials and all(
            t["status"] == "failed" for t in trials
        )
        if exhausted:
            return {"status": "failed", "attempts": 0, "error_type": "NoTrialSucceeded", "error": NO_TRIAL}
        return {"status": "pending", "attempts": 0}

    def failures(self) -> Rows:
        """Return the rows of ``failures``: trainings and probes that failed for good, and broken plugins."""
        rows = self.ledger.query(
            "SELECT key AS unit, 'training' AS kind, error_type, error, traceback, attempts FROM trainings "
            "WHERE status = 'failed' UNION ALL SELECT unit, kind, error_type, error, traceback, attempts FROM problems"
        )
        return [self.key | row for row in [*map(dict, rows), *self.ledger.probes.failures()]]


def _cell_status(states: list[str], begun: bool) -> str:
    if states and all(state == "done" for state in states):
        return "done"
    if "failed" in states and not {"pending", "running"} & set(states):
        return "failed"
    return "running" if begun or {"done", "running", "failed"} & set(states) else "pending"


def _run_columns(training: Any, result: dict[str, Any] | None, run: Any) -> dict[str, Any]:
    started = training["started_at"]
    return {
        "status": training["status"],
        "attempts": training["attempts"],
        "engine": result["engine"] if result else None,
        "device": result["device"] if result else None,
        "steps": result["steps"] if result else None,
        "wall_time_s": training["wall_time_s"],
        "started_at_utc": datetime.fromtimestamp(started, UTC) if started else None,
        "error_type": training["error_type"] if training["status"] == "failed" else None,
        "error": training["error"] if training["status"] == "failed" else None,
        "plugin_versions": json.dumps(json.loads(training["unit"])["plugins"]),
        "config_hash": training["key"],
        **_params(run["params"]),
    }


def _params(text: str) -> dict[str, Any]:
    return {f"params_{name}": value for name, value in json.loads(text).items()}
