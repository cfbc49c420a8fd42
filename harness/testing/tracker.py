"""What every tracker must do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.bases.tracker import Tracker
from harness.testing.component import ComponentContract

CELL: dict[str, Any] = {
    "cell_id": "c0ffee0123456789", "tasks": ["a/x"], "feature": "log_mel", "model": "cnn", "combiner": None,
    "placebo": False, "capacity_of": None,
}  # fmt: skip
RUN: dict[str, Any] = {
    "run_id": "0123456789abcdef", "config_hash": "k", "cell": CELL, "fold": 0, "seed": 0, "params": {"lr": 0.1},
}  # fmt: skip
KEYS: dict[str, Any] = {"task": "a/x", "split": "validation", "metric": "macro_f1"}
DONE: dict[str, Any] = {
    "steps": 2, "engine": "loop", "device": "cpu", "wall_time_s": 1.0,
    "curves": [
        KEYS | {"step": 1, "epoch": 0.5, "value": 0.25}, KEYS | {"step": 2, "epoch": 1.0, "value": float("nan")},
    ],
    "scores": [KEYS | {"label": None, "value": 0.5}, KEYS | {"label": "a class: (1)", "value": None}],
    "selections": [{"task": "a/x", "best_epoch": 1, "best_step": 2, "budget_steps": 2, "stop_step": 2}],
}  # fmt: skip
STUDY: dict[str, Any] = {
    "study": "small",
    "study_id": "small-0",
    "directory": "/nowhere",
    "config": {"seed": 0},
}
GAIN = {"main": "a/x", "partners": ["a/y"], "gain": None}


class TrackerContract(ComponentContract):
    """Sends a tracker every event that a study sends; subclass it with the ``record`` of yours."""

    def tracker(self, directory: Path) -> Tracker:
        """Build the tracker."""
        tracker: Tracker = self.record.build(self.settings(), directory)
        return tracker

    def test_takes_every_event(self, tmp_path: Path) -> None:
        report = tmp_path / "report.html"
        report.write_text("<p>a report</p>")
        tracker = self.tracker(tmp_path / "mine")
        tracker.event("study_started", STUDY)
        tracker.event("cell_started", CELL)
        tracker.event("run_done", RUN | DONE)
        tracker.event("run_failed", RUN | {"run_id": "f" * 16, "error_type": "ValueError", "error": "no"})
        tracker.event("of_a_later_version", {})
        ending: dict[str, Any] = {"gains": [GAIN], "tables": str(tmp_path), "report": str(report)}
        tracker.event("study_finished", STUDY | ending)
        tracker.close()
        assert {path.name for path in tmp_path.iterdir()} <= {"mine", "report.html"}

    def test_takes_a_study_without_gains_and_report(self, tmp_path: Path) -> None:
        tracker = self.tracker(tmp_path / "mine")
        tracker.event("study_started", STUDY)
        tracker.event("study_finished", STUDY | {"gains": [], "tables": str(tmp_path), "report": None})
        tracker.close()

    def test_one_that_was_told_nothing_can_be_closed(self, tmp_path: Path) -> None:
        self.tracker(tmp_path / "mine").close()
