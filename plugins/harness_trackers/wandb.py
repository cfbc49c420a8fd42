"""Weights & Biases: offline runs in the study's directory. Nothing is uploaded; ``wandb sync`` would do that."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# read when wandb is imported: no reports of errors are sent, and nothing is uploaded
os.environ["WANDB_ERROR_REPORTING"] = "false"

import wandb

from harness.api import Tracker
from harness_trackers.parameters import WandBParameters
from harness_trackers.words import (
    best_epochs,
    cell_name,
    curve_points,
    gains_table,
    run_name,
    score_values,
    settings,
)

#: Identity of the run that holds what belongs to the whole study.
STUDY = "study"


class WandB(Tracker):
    """Writes ``DIR/wandb/offline-run-…-<run>``: a run for every run, in the group of its cell; curves by step, scores
    in the summary, hyperparameters in the configuration; and at the end a run with the gains and the report.

    A run that is there already is removed and written anew.
    """

    parameters: WandBParameters

    def event(self, name: str, payload: dict[str, Any]) -> None:
        """Receive one event."""
        if name == "study_started":
            self.project = self.parameters.project or payload["study"]
        elif name == "run_done":
            self._run(payload)
        elif name == "run_failed":
            with self._anew(payload["run_id"], **_place(payload), exit_code=1) as run:
                run.summary["error"] = f"{payload['error_type']}: {payload['error']}"
        elif name == "study_finished":
            self._finish(payload)

    def _run(self, payload: dict[str, Any]) -> None:
        by_step: dict[int, dict[str, float]] = defaultdict(dict)
        for name, points in curve_points(payload).items():
            for step, value in points:
                by_step[step][name] = value
        with self._anew(payload["run_id"], **_place(payload), config=settings(payload)) as run:
            for step in sorted(by_step):
                run.log(by_step[step], step=step)
            for name, value in score_values(payload, per_class=self.parameters.per_class).items():
                run.summary[name] = value
            for name, epoch in best_epochs(payload).items():
                run.summary[name] = epoch

    def _finish(self, study: dict[str, Any]) -> None:
        with self._anew(STUDY, group=STUDY, name=study["study"], config=study["config"]) as run:
            run.summary["gains"] = gains_table(study["gains"])
            if study["report"]:
                report = wandb.Artifact("report", type="report")
                report.add_file(study["report"])
                run.log_artifact(report)

    @contextmanager
    def _anew(self, identity: str, *, exit_code: int = 0, **more: Any) -> Iterator[wandb.Run]:
        for older in self.directory.glob(f"wandb/offline-run-*-{identity}"):
            shutil.rmtree(older, ignore_errors=True)
        self.directory.mkdir(parents=True, exist_ok=True)
        run = wandb.init(
            project=self.project, id=identity, dir=str(self.directory), reinit="create_new",
            settings=_settings(), **more,
        )  # fmt: skip
        try:
            yield run
        finally:
            run.finish(exit_code=exit_code)


def _place(payload: dict[str, Any]) -> dict[str, Any]:
    return {"group": cell_name(payload["cell"])[:128], "name": run_name(payload)}


def _settings() -> wandb.Settings:
    """Return settings that keep a run on this machine, and leave the terminal, git and the machine alone."""
    return wandb.Settings(
        mode="offline", silent=True, console="off", disable_git=True, save_code=False, disable_job_creation=True,
        x_disable_stats=True, x_disable_meta=True, x_save_requirements=False,
    )  # fmt: skip
