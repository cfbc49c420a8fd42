"""One command from a study file to tables and a report: prepare, train, analyse, tell."""

from __future__ import annotations

import contextlib
import errno
import json
import shutil
import signal
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from harness.bases.executor import Executor
from harness.bases.predictor import Predictor
from harness.errors import HarnessError, StudyDirectoryError
from harness.plugins import Registry, load_registry
from harness.schedule.cells import Cell, enumerate_cells
from harness.schedule.directory import checkpoint_directory, open_study, study_directory
from harness.schedule.ledger import Ledger
from harness.schedule.prepare import Prepared, prepare
from harness.schedule.progress import ProgressWatcher
from harness.schedule.provenance import git_state, harness_version, study_id, versions
from harness.schedule.pursuit import pursuits
from harness.schedule.scheduler import Scheduler
from harness.schedule.tables import TableBuilder
from harness.schedule.units import UnitFactory

if TYPE_CHECKING:
    from harness.config import StudyConfig
    from harness.results.loader import Study

EXIT_COMPLETE, EXIT_FAILED_TRAININGS, EXIT_INTERRUPTED = 0, 10, 130
CHECKPOINT_EVERY_S = 20.0


def run_study(
    config: StudyConfig,
    *,
    study_file: Path,
    out: Path | None,
    events: bool = False,
    retry_failed: bool = False,
) -> int:
    """Run a study, or go on with one; write its tables and its report; return the command's exit code.

    Raises:
        HarnessError: the data, a plugin or the directory cannot be used; the message says what to do.
    """
    directory = study_directory(config.study, out)
    with (
        _disk_errors(directory),
        ProgressWatcher(events=events) as watcher,
        open_study(config.study, directory) as ledger,
    ):
        return _Command(config, study_file, directory, ledger, watcher).run(retry_failed=retry_failed)


class _Command:
    """One ``study run``: holds what its steps share."""

    def __init__(
        self, config: StudyConfig, study_file: Path, directory: Path, ledger: Ledger, watcher: ProgressWatcher
    ) -> None:
        self.config, self.study_file, self.directory = config, study_file, directory
        self.ledger, self.watcher = ledger, watcher
        self.registry = load_registry()
        self.resolved = config.to_resolved_dict()
        self.study_id = study_id(config.study, self.resolved)

    def run(self, *, retry_failed: bool) -> int:
        self._begin(retry_failed)
        prepared = prepare(self.config, self.registry, self.watcher.preparing)
        cells = enumerate_cells(self.config)
        factory = UnitFactory(prepared)
        complete = self._train(prepared, factory, cells)
        builder = TableBuilder(prepared, factory, cells, self.ledger, self.study_id)
        if complete:
            self.ledger.set_meta("finished_at_utc", datetime.now(UTC).isoformat(), keep=True)
        failed = write_results(builder, self.directory, self._provenance(), self.config, self.registry)
        self._tell()
        if not complete:
            self.watcher.say(
                f"stopped; go on with: harness study run {self.study_file} --out {self.directory}"
            )
            return EXIT_INTERRUPTED
        return EXIT_FAILED_TRAININGS if failed else EXIT_COMPLETE

    def _begin(self, retry_failed: bool) -> None:
        self.ledger.set_meta("started_at_utc", datetime.now(UTC).isoformat(), keep=True)
        self.ledger.set_meta("config_json", json.dumps(self.resolved))
        self.ledger.reset_running()
        self.ledger.clear_problems("plugin")
        for failure in self.registry.failures:
            self.ledger.problem(
                failure.plugin, "plugin", failure.error.split(":")[0], failure.error, failure.traceback
            )
        if retry_failed:
            self.ledger.retry_failed()

    def _train(self, prepared: Prepared, factory: UnitFactory, cells: list[Cell]) -> bool:
        evaluation, scope = self.config.evaluation, self.config.tuning.scope
        n_folds = {cell.id: prepared.n_folds(cell.tasks) for cell in cells}
        total = count_trainings(cells, n_folds, self.config)
        self.ledger.set_meta("n_trainings", str(total))
        self.ledger.set_meta("n_cells", str(len(cells)))
        self.watcher.trainings(self._found_done(), total)
        checkpoints = checkpoint_directory(self.directory)
        with (
            _interrupts(self.watcher) as stopping,
            _executor(self.config, self.registry, checkpoints) as executor,
        ):
            self.ledger.set_meta("slots", str(executor.slots))
            coming = pursuits(cells, factory, self.ledger, n_folds, scope=scope, seeds=evaluation.seeds)
            discard = lambda key: shutil.rmtree(checkpoints / key, ignore_errors=True)  # noqa: E731
            return Scheduler(coming, self.ledger, executor, self.watcher, stopping, discard).run()

    def _found_done(self) -> int:
        return int(
            self.ledger.query("SELECT count(*) AS n FROM trainings WHERE status IN ('done', 'failed')")[0][
                "n"
            ]
        )

    def _provenance(self) -> dict[str, Any]:
        commit, dirty = git_state(self.study_file)
        finished = self.ledger.meta("finished_at_utc")
        return {
            "name": self.config.study,
            "harness_version": harness_version(),
            "versions": versions(),
            "git_commit": commit,
            "git_dirty": dirty,
            "started_at_utc": datetime.fromisoformat(self.ledger.meta("started_at_utc") or ""),
            "finished_at_utc": datetime.fromisoformat(finished) if finished else None,
            "config_json": json.dumps(self.resolved),
        }

    def _tell(self) -> None:
        from harness.report.html import write_report
        from harness.report.summary import print_summary

        with _quiet():
            report = write_report(self.directory)
            print_summary(_load(self.directory), self.watcher.console)
        self.watcher.say(f"tables: {self.directory / 'tables'}   report: {report}")
        self.watcher.event("study_ended", {"directory": str(self.directory), "report": str(report)})


def write_results(
    builder: TableBuilder,
    directory: Path,
    provenance: dict[str, Any],
    config: StudyConfig,
    registry: Registry,
) -> int:
    """Write every table, the analysis included; return how many trainings failed."""
    from harness.analysis.analyse import analyse
    from harness.results.writers import write_tables

    tables = builder.build(provenance)
    failed = sum(row["kind"] == "training" for row in builder.failures())
    write_tables(directory, tables)
    with _quiet():
        frames = dict(_load(directory).tables)
    answers = analyse(
        frames,
        study_id=builder.key["study_id"],
        rope=config.analysis.rope,
        confidence=config.analysis.confidence,
        predictors=[_predictor(name, registry) for name in config.analysis.predictors],
        seed=config.seed,
    )
    write_tables(directory, answers)
    return failed


def _load(directory: Path) -> Study:
    from harness.results.loader import load_study

    return load_study(directory)


@contextmanager
def _quiet() -> Iterator[None]:
    """Leave out the loader's warning: the summary and the report say themselves that a study is incomplete."""
    from harness.results.loader import IncompleteStudyWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteStudyWarning)
        yield


def _predictor(name: str, registry: Registry) -> tuple[str, Predictor]:
    record = registry.get("predictor", name).component
    return name, record.build(record.parameters())


def count_trainings(cells: list[Cell], n_folds: dict[str, int], config: StudyConfig) -> int:
    """Return how many trainings a study takes: trials and final runs, the best trial's counted once."""
    trials, seeds = config.tuning.trials, config.evaluation.seeds
    if config.tuning.scope == "first_fold":
        return sum(trials - 1 + n_folds[cell.id] * seeds for cell in cells)
    return sum(n_folds[cell.id] * (trials - 1 + seeds) for cell in cells)


@contextmanager
def _executor(config: StudyConfig, registry: Registry, checkpoints: Path) -> Iterator[Executor]:
    """Start the executor of the study and end its workers, whatever happens."""
    record = registry.get("executor", config.compute.executor.name).component
    asked = dict(config.compute.executor.parameters)
    fields = record.parameters.model_fields
    if isinstance(config.compute.workers, int) and "workers" in fields:
        asked["workers"] = config.compute.workers
    if config.compute.timeout_s is not None and "timeout_s" in fields:
        asked["timeout_s"] = config.compute.timeout_s
    device = resolve_device(config.compute.device)
    if device != "cpu" and asked.get("workers") is None and "workers" in fields:
        asked["workers"] = 1
    executor: Executor = record.build(record.parameters(**asked))
    context = {
        "device": device,
        "threads": asked.get("threads", 1),
        "memory_gb": config.data.options.memory_gb,
        "checkpoints": str(checkpoints.resolve()),
        "checkpoint_s": CHECKPOINT_EVERY_S,
    }
    executor.start("harness.schedule.work:run_unit", context)
    try:
        yield executor
    except BaseException:
        executor.stop(now=True)
        raise
    executor.stop(now=False)


def resolve_device(asked: str) -> str:
    """Return the device that ``auto`` stands for, or the one asked for if it is there."""
    import torch

    if asked == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if asked.startswith("cuda") and not torch.cuda.is_available():
        raise HarnessError(
            f"compute.device: {asked!r} was asked for and torch finds no CUDA device; use auto or cpu"
        )
    return asked


@contextmanager
def _interrupts(watcher: ProgressWatcher) -> Iterator[Callable[[], bool]]:
    """First Ctrl-C (or SIGTERM): finish what is running and stop. Second: stop now. Neither loses a finished run."""
    seen: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        if len(seen) > 1:
            raise KeyboardInterrupt
        watcher.say("finishing what is running; press Ctrl-C again to stop now", "yellow")

    before = {}
    with contextlib.suppress(ValueError):  # not in the main thread: the caller handles signals
        before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(seen)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _disk_errors(directory: Path) -> Iterator[None]:
    """Say what a full disk means, instead of a traceback."""
    text = f"{directory}: the disk is full; free some space and run the same command again: no finished run is lost"
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StudyDirectoryError(
            text if "full" in str(error) else f"{directory}: the ledger: {error}"
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StudyDirectoryError(text) from error
        raise
