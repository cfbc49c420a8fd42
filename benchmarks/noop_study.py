"""A study of thousands of units that do nothing: what is left is the harness's own work on each."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import soundfile

from harness.bases.executor import Executor, Outcome
from harness.config import StudyConfig, load_study_file
from harness.plugins import load_registry
from harness.records import Parameters
from harness.schedule.cells import count_trainings, enumerate_cells
from harness.schedule.ledger import Ledger
from harness.schedule.prepare import Prepared, prepare
from harness.schedule.pursuit import pursuits
from harness.schedule.scheduler import Scheduler
from harness.schedule.units import UnitFactory

RATE, CLIPS = 8000, 60
STUDY = """\
study: nothing
datasets:
  - {{as: noise, use: folder, path: {corpus}, tasks: {{{kinds}}}}}
tasks: [{names}]
features: [{{name: log_mel, sample_rate: 8000, clip_s: 0.25, n_mels: 8, n_fft: 256, hop_length: 256}}]
models: [{{name: dnn}}]
tuning: {{trials: 5, batch: 4}}
evaluation: {{folds: 5, seeds: 5}}
data: {{options: {{cache_dir: {cache}}}}}
"""


@dataclass
class NoopStudy:
    """A study whose data are ready. Twenty tasks make 10,350 trainings: 20 singles, 190 pairs and 20 placebos."""

    directory: Path
    config: StudyConfig
    prepared: Prepared
    n_units: int

    def ledger(self) -> Ledger:
        """Open the study's ledger."""
        return Ledger(self.directory / "ledger.sqlite")

    def run(self, ledger: Ledger, executor: Executor) -> None:
        """Do what ``harness study run`` does between preparing the data and writing the tables."""
        cells, factory = enumerate_cells(self.config), UnitFactory(self.prepared)
        n_folds = {cell.id: self.prepared.n_folds(cell.tasks) for cell in cells}
        evaluation = self.config.evaluation
        coming = pursuits(
            cells, factory, ledger, n_folds, scope=self.config.tuning.scope, seeds=evaluation.seeds
        )
        Scheduler(coming, ledger, executor, Deaf(), lambda: False, lambda key: None).run()


class Deaf:
    """A watcher that takes no notice."""

    def event(self, name: str, payload: dict[str, Any]) -> None:
        """See one event."""


class Instant(Executor):
    """Ends every unit at once, in this process; ``submitted`` counts them."""

    def __init__(self) -> None:
        super().__init__(Parameters())
        self.submitted = 0
        self._outcomes: list[Outcome] = []

    @property
    def slots(self) -> int:
        return 2

    def submit(self, unit: dict[str, Any]) -> None:
        self.submitted += 1
        self._outcomes += [
            Outcome(key=unit["key"], status="started", worker="here"),
            Outcome(key=unit["key"], status="done", result=nothing(unit, {})),
        ]

    def wait(self, timeout_s: float) -> list[Outcome]:
        outcomes, self._outcomes = self._outcomes, []
        return outcomes

    def cancel(self) -> list[str]:
        return []


def nothing(unit: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Train nothing, and say so in the form of a training's result; the objective is made of the key."""
    objective = int(unit["key"][:8], 16) / 2**32
    return {
        "objective": objective,
        "objectives": [objective],
        "busy_s": 0.0,
        "wall_time_s": 0.0,
        "engine": "none",
    }


@contextmanager
def noop_study(n_tasks: int) -> Iterator[NoopStudy]:
    """Make a study of ``n_tasks`` tasks in a temporary directory, with a corpus of noise."""
    with TemporaryDirectory() as name:
        directory = Path(name)
        names = [f"t{number:02}" for number in range(n_tasks)]
        _write_corpus(directory / "corpus", names)
        text = STUDY.format(
            corpus=directory / "corpus",
            cache=directory / "cache",
            kinds=", ".join(f"{task}: binary" for task in names),
            names=", ".join(f"noise/{task}" for task in names),
        )
        (directory / "nothing.yaml").write_text(text, encoding="utf-8")
        config = load_study_file(directory / "nothing.yaml", ())
        prepared = prepare(config, load_registry(), lambda *_: None)
        cells = enumerate_cells(config)
        n_folds = {cell.id: prepared.n_folds(cell.tasks) for cell in cells}
        yield NoopStudy(directory, config, prepared, count_trainings(cells, n_folds, config))


def _write_corpus(directory: Path, tasks: list[str]) -> None:
    (directory / "clips").mkdir(parents=True)
    rng = np.random.default_rng(0)
    with (directory / "labels.csv").open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(["file", *tasks])
        for clip in range(CLIPS):
            soundfile.write(directory / f"clips/{clip:02}.wav", 0.1 * rng.standard_normal(RATE // 4), RATE)
            rows.writerow(
                [f"clips/{clip:02}.wav", *(["no", "yes"][i] for i in rng.integers(2, size=len(tasks)))]
            )
