"""A study of three tasks on two tiny data sets, with every probe wanted, worked through in this process."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.bases.executor import Executor, Outcome
from harness.config import load_study_file
from harness.plugins import load_registry
from harness.schedule.cells import enumerate_cells
from harness.schedule.directory import checkpoint_directory, open_study
from harness.schedule.ledger import Ledger
from harness.schedule.prepare import prepare
from harness.schedule.probe_phase import measure_probes
from harness.schedule.probe_plan import ProbePlan
from harness.schedule.probe_rows import probe_rows
from harness.schedule.pursuit import pursuits
from harness.schedule.scheduler import Scheduler
from harness.schedule.units import UnitFactory
from harness.schedule.work import run_unit
from tests.endtoend.corpus import write_corpus

STUDY = """\
study: probed
seed: 1
datasets:
  - {{as: a, use: folder, path: {place}/a, tasks: {{pitch: multiclass, loud: binary}}}}
  - {{as: b, use: folder, path: {place}/b, tasks: {{wave: multiclass}}}}
tasks: [a/pitch, a/loud, b/wave]
features: [{{name: log_mel, sample_rate: 8000, clip_s: 0.25, n_mels: 16, n_fft: 256, hop_length: 128}}]
models: [{{name: dnn, depth: 1, width: 8}}]
groups: {{sizes: [1]}}
placebo: {{shuffled_partner: none}}
tuning: {{trials: 2, batch: 2, space: {{lr: {{log: [1e-3, 1e-1]}}}}}}
training: {{epochs: 2, batch_size: 8, patience: 2}}
evaluation: {{folds: 2, seeds: 1}}
compute: {{workers: 1}}
analysis: {{predictors: [distance, representation, transferability, optimisation]}}
data: {{options: {{cache_dir: {place}/cache}}}}
"""


def write_study(place: Path) -> Path:
    """Write two corpora (once) and the study file."""
    for name, n in (("a", 48), ("b", 36)):
        if not (place / name).exists():
            write_corpus(place / name, n)
    path = place / "study.yaml"
    path.write_text(STUDY.format(place=place))
    return path


class InThisProcess(Executor):
    """Does one unit at a time here, and counts them by kind; ``before(unit)`` is called before each."""

    def __init__(self, context: dict[str, Any], before: Callable[[dict[str, Any]], None]) -> None:
        super().__init__(None)  # type: ignore[arg-type]
        self.context, self.before = context, before
        self.queue: deque[dict[str, Any]] = deque()
        self.done: list[str] = []

    @property
    def slots(self) -> int:
        return 1

    def submit(self, unit: dict[str, Any]) -> None:
        self.queue.append(unit)
        self.queue.append({"finish": unit})

    def wait(self, timeout_s: float) -> list[Outcome]:
        unit = self.queue.popleft()
        if "finish" not in unit:
            return [Outcome(key=unit["key"], status="started", worker="here")]
        unit = unit["finish"]
        self.done.append(unit.get("probe", "training"))
        try:
            self.before(unit)
            return [Outcome(key=unit["key"], status="done", result=run_unit(unit, self.context))]
        except Exception as error:
            failed = {"error_type": type(error).__name__, "error": str(error), "traceback": ""}
            return [Outcome(key=unit["key"], status="failed", **failed)]

    def cancel(self) -> list[str]:
        keys = [unit["key"] for unit in self.queue if "finish" not in unit]
        self.queue.clear()
        return keys


class Silent:
    """Sees nothing."""

    def event(self, name: str, payload: dict[str, Any]) -> None:
        """See one event."""

    def probes(self, done: int, total: int) -> None:
        """See how many there are."""


@dataclass
class Bench:
    """An open study: its factory, its ledger, and what was done in it."""

    factory: UnitFactory
    ledger: Ledger
    executor: InThisProcess

    def train(self) -> None:
        """Train what is not trained."""
        cells, config = enumerate_cells(self.factory.config), self.factory.config
        n_folds = {cell.id: self.factory.prepared.n_folds(cell.tasks) for cell in cells}
        coming = pursuits(
            cells, self.factory, self.ledger, n_folds, scope="nested", seeds=config.evaluation.seeds
        )
        assert Scheduler(coming, self.ledger, self.executor, Silent(), lambda: False, lambda key: None).run()

    def probe(self) -> None:
        """Measure what is not measured."""
        plan = ProbePlan(self.factory, self.ledger)
        assert measure_probes(
            plan,
            self.ledger,
            self.executor,
            Silent(),
            lambda: False,
            lambda key: None,  # type: ignore[arg-type]
        )

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the table ``probes``."""
        return probe_rows(self.factory, self.ledger)


def nothing(unit: dict[str, Any]) -> None:
    """Let a unit pass."""


@contextmanager
def bench(
    study: Path,
    out: Path,
    before: Callable[[dict[str, Any]], None] = nothing,
    changes: tuple[str, ...] = (),
) -> Iterator[Bench]:
    """Open the study in ``out``."""
    config = load_study_file(study, list(changes))
    factory = UnitFactory(prepare(config, load_registry(), lambda done, total, what: None))
    context = {"device": "cpu", "threads": 1, "memory_gb": 1.0, "engine": "loop", "checkpoint_s": 1e9}
    context["checkpoints"] = str(checkpoint_directory(out))
    with closing(factory.prepared.in_use), open_study(config.study, out) as ledger:
        ledger.reset_running()
        yield Bench(factory, ledger, InThisProcess(context, before))


def killed(study: Path, out: Path, at: int) -> None:
    """Measure in a trained study, and die before the probe number ``at`` as ``kill -9`` lets a process die."""

    def die(unit: dict[str, Any]) -> None:
        probes.append(unit["key"])
        if len(probes) > at:
            os.kill(os.getpid(), signal.SIGKILL)

    probes: list[str] = []
    with bench(study, out, die) as open_one:
        open_one.probe()
