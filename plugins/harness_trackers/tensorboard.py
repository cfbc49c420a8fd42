"""TensorBoard: event files, a folder a cell and in it a folder a run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from torch.utils.tensorboard import SummaryWriter
from torch.utils.tensorboard.summary import hparams

from harness.api import Tracker
from harness_trackers.parameters import TensorBoardParameters
from harness_trackers.words import (
    best_epochs,
    cell_folder,
    curve_points,
    gains_table,
    plain,
    run_name,
    score_values,
    settings,
)

#: The folder of what belongs to the whole study.
STUDY = "study"


class TensorBoard(Tracker):
    """Writes ``DIR/<cell>/<run>``: scalars of curves by step, scores at the last step, hyperparameters; and
    ``DIR/study``: the study file, and the gains as a table. Look at it with ``tensorboard --logdir DIR``.

    A folder is written whole and anew, so that a run is never there twice.
    """

    parameters: TensorBoardParameters

    def event(self, name: str, payload: dict[str, Any]) -> None:
        """Receive one event."""
        if name == "run_done":
            self._run(payload)
        elif name == "run_failed":
            with self._anew(self._folder(payload)) as writer:
                writer.add_text("failed", f"{payload['error_type']}: {payload['error']}")
        elif name == "study_finished":
            with self._anew(self.directory / STUDY) as writer:
                writer.add_text("gains", gains_table(payload["gains"]))
                writer.add_text("config", f"```json\n{plain(payload['config'])}\n```")
                writer.add_text("report", payload["report"] or "none was written")

    def _run(self, run: dict[str, Any]) -> None:
        scores = score_values(run, per_class=self.parameters.per_class)
        with self._anew(self._folder(run)) as writer:
            for name, points in curve_points(run).items():
                for step, value in points:
                    writer.add_scalar(name, value, step)
            for name, value in {**scores, **best_epochs(run)}.items():
                writer.add_scalar(name, value, run["steps"])
            self._hyperparameters(writer, run, [name for name in scores if name.startswith("scores/")])

    def _hyperparameters(self, writer: SummaryWriter, run: dict[str, Any], scores: list[str]) -> None:
        kinds = (bool, int, float, str)
        values = {name: v if isinstance(v, kinds) else plain(v) for name, v in settings(run).items()}
        for part in hparams(values, dict.fromkeys(scores, 0.0)):
            writer._get_file_writer().add_summary(part)

    def _folder(self, run: dict[str, Any]) -> Path:
        return self.directory / cell_folder(run["cell"]) / f"{run_name(run)}_{run['run_id'][:8]}"

    @contextmanager
    def _anew(self, folder: Path) -> Iterator[SummaryWriter]:
        shutil.rmtree(folder, ignore_errors=True)
        writer = SummaryWriter(str(folder))
        try:
            yield writer
        finally:
            writer.close()
