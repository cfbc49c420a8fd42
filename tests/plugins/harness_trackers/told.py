"""A trained study of two tasks and their pair, and trackers that are told of it as the command tells them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from harness.plugins import load_registry
from harness.results.loader import Study, load_study
from harness.schedule.answers import write_results
from harness.schedule.cells import enumerate_cells
from harness.schedule.observers import Observers
from harness.schedule.pursuit import pursuits
from harness.schedule.scheduler import Scheduler
from harness.schedule.tables import TableBuilder
from harness.schedule.tracking import Tracking
from tests.endtoend.corpus import write_study
from tests.probes.small import Bench, bench, nothing

CHANGES = (
    "tuning.trials=1",
    "training.epochs=2",
    "evaluation.seeds=1",
    "placebo.shuffled_partner=none",
)


@dataclass
class Told:
    """What a study says of itself, and what it said to a person while trackers were told."""

    study: Study
    trainings: int
    said: list[str] = field(default_factory=list)

    def rows(self, table: str, run_id: str) -> list[dict[str, Any]]:
        """Return a run's rows of a table."""
        frame = self.study.tables[table]
        return frame[frame.run_id == run_id].to_dict(orient="records")

    @property
    def runs(self) -> list[dict[str, Any]]:
        """The rows of ``runs``, each with the tasks of its cell."""
        tasks = dict(zip(self.study.cells.cell_id, self.study.cells.tasks, strict=True))
        rows = self.study.runs.to_dict(orient="records")
        return [row | {"tasks": tasks[row["cell_id"]]} for row in rows]

    def curves(self, run_id: str) -> dict[str, list[tuple[int, float]]]:
        """Return the points of a run's curves by name, as the trackers name them."""
        found: dict[str, list[tuple[int, float]]] = {}
        for row in self.rows("curves", run_id):
            name = f"curves/{row['task']}/{row['split']}/{row['metric']}"
            found.setdefault(name, []).append((row["step"], row["value"]))
        return {name: sorted(points) for name, points in found.items()}

    def scores(self, run_id: str) -> dict[str, float]:
        """Return a run's scores by name, as the trackers name them."""
        found = {}
        for row in self.rows("scores", run_id):
            name = f"{row['task']}/{row['split']}/{row['metric']}"
            name = f"scores/{name}" if pd.isna(row["label"]) else f"class_scores/{name}/{row['label']}"
            if not math.isnan(row["value"]):
                found[name] = row["value"]
        return found


def tell(
    place: Path,
    out: Path,
    *trackers: str,
    spoil: Callable[[Any], None] = nothing,
    changes: tuple[str, ...] = (),
) -> Told:
    """Train what is not trained of the study in ``out``, tell its trackers, and write its tables
    (once).

    ``spoil`` is given each unit before it is trained.
    """
    path = write_study(place, ("pitch", "loud"))
    said: list[str] = []
    with bench(path, out, spoil, (*CHANGES, f"compute.trackers=[{', '.join(trackers)}]", *changes)) as study:
        cells = enumerate_cells(study.factory.config)
        tracking = Tracking(
            study.factory.config, load_registry(), study.ledger, lambda text, style: said.append(text)
        )
        tracking.start("tones-0", study.factory, cells)
        _train(study, tracking)
        if not (out / "tables").exists():
            _write(study, out)
        (out / "report.html").write_text("<p>a report</p>")
        tracking.finish(out, out / "report.html")
        tracking.close()
        return Told(load_study(out), len(study.executor.done), said)


def _train(study: Bench, tracking: Tracking) -> None:
    cells = enumerate_cells(study.factory.config)
    n_folds = {cell.id: study.factory.prepared.n_folds(cell.tasks) for cell in cells}
    seeds = study.factory.config.evaluation.seeds
    coming = pursuits(cells, study.factory, study.ledger, n_folds, scope="nested", seeds=seeds)
    scheduler = Scheduler(
        coming, study.ledger, study.executor, Observers(tracking), lambda: False, lambda key: None
    )
    assert scheduler.run()


def _write(study: Bench, out: Path) -> None:
    config, cells = study.factory.config, enumerate_cells(study.factory.config)
    builder = TableBuilder(study.factory.prepared, study.factory, cells, study.ledger, "tones-0")
    names = ("harness_version", "versions", "git_commit", "git_dirty", "started_at_utc", "finished_at_utc")
    provenance = {**dict.fromkeys(names), "name": config.study, "config_json": "{}"}
    write_results(builder, out, provenance, config, load_registry())
