"""One command from a study file to tables and a report: prepare, train, analyse, tell."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.bases.executor import Executor
from harness.exit_codes import ExitCode
from harness.plugins import load_registry
from harness.probes.states import States
from harness.schedule.answers import load_quietly, quiet, write_results
from harness.schedule.cells import Cell, count_trainings, enumerate_cells
from harness.schedule.directory import checkpoint_directory, open_study, remove_stale, study_directory
from harness.schedule.executors import started_executor
from harness.schedule.interruptions import disk_errors, interrupts
from harness.schedule.ledger import Ledger
from harness.schedule.observers import Complete, NotChosen, Observers
from harness.schedule.packs import Packs, population_key
from harness.schedule.placement import place
from harness.schedule.prepare import Prepared, prepare
from harness.schedule.probe_phase import measure_probes, progress
from harness.schedule.probe_plan import ProbePlan
from harness.schedule.progress import ProgressWatcher
from harness.schedule.provenance import git_state, harness_version, study_id, versions
from harness.schedule.pursuit import Pursuit, pursuits
from harness.schedule.savings import nothing_pruned
from harness.schedule.scheduler import Scheduler
from harness.schedule.stopping import Asked, Command, listening
from harness.schedule.tables import TableBuilder
from harness.schedule.tracking import Tracking
from harness.schedule.units import UnitFactory
from harness.schedule.watch_plan import plan_facts

if TYPE_CHECKING:
    from harness.config import StudyConfig


def run_study(
    config: StudyConfig,
    *,
    study_file: Path,
    out: Path | None,
    events: bool = False,
    retry_failed: bool = False,
    report: bool = True,
) -> int:
    """Run a study, or go on with one; write its tables and its report; return the command's exit code.
    Without ``report``, tables alone are written.

    Raises:
        HarnessError: the data, a plugin or the directory cannot be used; the message says what to do.
    """
    directory, command = study_directory(config.study, out), Command.this()
    with (
        disk_errors(directory),
        ProgressWatcher(events=events) as watcher,
        open_study(config.study, directory) as ledger,
        listening(directory, command, watcher.say) as asked,
    ):
        ledger.set_meta("command_json", command.to_json())
        ledger.set_meta("study_file", str(study_file.absolute()))
        with watcher.following(directory):
            return _Command(config, study_file, directory, ledger, watcher, asked).run(
                retry_failed=retry_failed, report=report
            )


class _Command:
    """One ``study run``: holds what its steps share."""

    def __init__(
        self,
        config: StudyConfig,
        study_file: Path,
        directory: Path,
        ledger: Ledger,
        watcher: ProgressWatcher,
        asked: Asked,
    ) -> None:
        self.config, self.study_file, self.directory = config, study_file, directory
        self.ledger, self.watcher, self.asked = ledger, watcher, asked
        self.registry = load_registry()
        self.resolved = config.to_resolved_dict()
        self.study_id = study_id(config.study, self.resolved)

    def run(self, *, retry_failed: bool, report: bool) -> int:
        self._begin(retry_failed)
        prepared = prepare(self.config, self.registry, self.watcher.preparing)
        cells = enumerate_cells(prepared.config)
        factory = UnitFactory(prepared)
        tracking = Tracking(prepared.config, self.registry, self.ledger, self.watcher.say)
        with closing(prepared.in_use), closing(tracking):
            tracking.start(self.study_id, factory, cells)
            return self._work(prepared, factory, cells, tracking, report=report)

    def _work(
        self, prepared: Prepared, factory: UnitFactory, cells: list[Cell], tracking: Tracking, *, report: bool
    ) -> int:
        complete = self._train(prepared, factory, cells, tracking)
        self._phase("analysing")
        builder = TableBuilder(prepared, factory, cells, self.ledger, self.study_id)
        if complete:
            self.ledger.set_meta("finished_at_utc", datetime.now(UTC).isoformat(), keep=True)
        failed = write_results(builder, self.directory, self._provenance(), self.config, self.registry)
        told = self._tell() if report else None
        if complete:
            tracking.finish(self.directory, told)
        return self._end(complete, failed, told)

    def _end(self, complete: bool, failed: int, report: Path | None) -> int:
        """Say how the command ended, and return its exit code."""
        code = ExitCode.FAILED_TRAININGS if failed else ExitCode.DONE
        if not complete:
            code = ExitCode.INTERRUPTED
            self.watcher.say(f"stopped; go on with: harness study resume {self.directory}")
        elif report is None:
            self.watcher.say(f"tables: {self.directory / 'tables'}")
        told = {"directory": str(self.directory), "report": str(report) if report else None}
        self._phase("finished" if complete else "stopped")
        self.watcher.event("study_ended", told | {"complete": complete, "exit_code": code, "failed": failed})
        return code

    def _phase(self, phase: str) -> None:
        """A part of the command begins. Only the trainings and probes are worth waiting for when asked to stop."""
        self.ledger.set_meta("phase", phase)
        self.asked.interrupts = phase == "preparing"
        self.watcher.event("phase", {"phase": phase})

    def _begin(self, retry_failed: bool) -> None:
        self.ledger.set_meta("stopping", "0")
        self._phase("preparing")
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

    def _train(self, prepared: Prepared, factory: UnitFactory, cells: list[Cell], tracking: Tracking) -> bool:
        evaluation, scope = self.config.evaluation, self.config.tuning.scope
        n_folds = {cell.id: prepared.n_folds(cell.tasks) for cell in cells}
        total = count_trainings(cells, n_folds, self.config)
        self.ledger.set_meta("n_trainings", str(total))
        self.ledger.set_meta("n_cells", str(len(cells)))
        self.ledger.set_meta("plan_json", json.dumps(plan_facts(prepared, cells, n_folds)))
        self.watcher.trainings(self._found_done(), total)
        if self.config.tuning.pruner != "none" and (why := nothing_pruned(self.config)):
            self.watcher.say(f"tuning.pruner {self.config.tuning.pruner}: {why}")
        checkpoints = checkpoint_directory(self.directory)
        placement = place(self.config, self.registry)
        packs = Packs(placement.most, population_key(self.registry) if placement.most > 1 else None)
        with (
            interrupts(self.watcher.say, lambda: self.asked.now) as interrupted,
            started_executor(self.config, self.registry, placement, checkpoints) as executor,
        ):
            self._phase("training")
            self.ledger.begin_command(executor.slots)
            stopping = self._stopping(interrupted)
            coming = self._opened(
                pursuits(cells, factory, self.ledger, n_folds, scope=scope, seeds=evaluation.seeds)
            )
            remove_stale(checkpoints, self.ledger)

            def discard(key: str) -> None:
                shutil.rmtree(checkpoints / key, ignore_errors=True)

            watcher = self._observers(tracking)
            trained = Scheduler(coming, self.ledger, executor, watcher, stopping, discard, packs).run()
            return trained and self._probe(factory, executor, stopping, discard, checkpoints)

    def _observers(self, tracking: Tracking) -> Observers:
        """Return who sees what becomes of trainings."""
        keeps = self.config.training.keep != "none"
        return Observers(
            self.watcher, tracking, Complete(self.ledger), *([NotChosen(self.ledger)] if keeps else [])
        )

    def _opened(self, coming: Iterator[Pursuit]) -> Iterator[Pursuit]:
        """Pass pursuits on, and record which searches the study file asks for now."""
        for pursuit in coming:
            self.ledger.watched.opened(pursuit.trials.search_id, pursuit.cell.id, pursuit.fold)
            yield pursuit

    def _stopping(self, interrupted: Callable[[], bool]) -> Callable[[], bool]:
        """Return whether the command was asked to stop, by a signal or by another process; recorded once."""
        seen: list[bool] = []

        def stopping() -> bool:
            asked = interrupted() or self.asked.soon
            if asked and not seen:
                seen.append(True)
                self.ledger.set_meta("stopping", "1")
                self.watcher.event("stopping", {})
            return asked

        return stopping

    def _probe(
        self,
        factory: UnitFactory,
        executor: Executor,
        stopping: Callable[[], bool],
        discard: Callable[[str], None],
        checkpoints: Path,
    ) -> bool:
        """Measure what the study's predictors read; the states of networks that were not chosen are removed."""
        if not factory.wanted_probes:
            return True
        plan = ProbePlan(factory, self.ledger)
        done, total = progress(plan, self.ledger)
        States.beside(checkpoints).retain(plan.networks.keys)
        self.ledger.set_meta("n_probes", str(total))
        self._phase("probing")
        return done == total or measure_probes(plan, self.ledger, executor, self.watcher, stopping, discard)

    def _found_done(self) -> int:
        rows = self.ledger.query(
            "SELECT count(*) AS n FROM trainings WHERE status IN ('done', 'failed', 'pruned')"
        )
        return int(rows[0]["n"])

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

    def _tell(self) -> Path:
        from harness.report.html import write_report
        from harness.report.summary import print_summary

        with quiet():
            report = write_report(self.directory)
            self.watcher.rest()
            print_summary(load_quietly(self.directory), self.watcher.console)
        self.watcher.say(f"tables: {self.directory / 'tables'}   report: {report}")
        return report
