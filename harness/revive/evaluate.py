"""Tests stored epochs afterwards: the rows of the table ``epoch_scores``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from harness.errors import DataError, did_you_mean
from harness.results.loader import frame_of
from harness.results.writers import to_arrow, write_tables
from harness.revive.runs import KeptRun, kept_runs
from harness.schedule.directory import open_for_reading, open_study
from harness.train.guards import session
from harness.train.loop import predict_part
from harness.train.scores import score_rows
from harness.train.setup import Run

TABLE = "epoch_scores"
PARTS = ("test", "validation")
#: What a row is told apart by from one of an earlier evaluation, which it replaces.
IDENTITY = ["run_id", "task", "epoch", "split"]

Rows = list[dict[str, Any]]


def evaluate_study(
    directory: Path, *, epochs: Sequence[int] | None = None, part: str = "test", device: str = "cpu"
) -> pd.DataFrame:
    """Test the stored epochs of every run of a study that is done, write the table ``epoch_scores`` and return the rows
    that are new. ``epochs`` are the tasks' own, from 1 (``None``: all that are kept).

    An epoch that a task does not have (it was stopped before) has no row. Rows of the same run, task, epoch and part
    from before are replaced; others stay.

    Raises:
        StudyDirectoryError: there is no study in the directory.
        StudyLockedError: another command is writing the study.
        DataError: an unknown part, no network is kept, or none of the epochs.
    """
    if part not in PARTS:
        raise DataError(f"unknown part {part!r}{did_you_mean(part, PARTS)}; allowed: {', '.join(PARTS)}")
    with _locked(directory):
        runs = kept_runs(directory)
        if not runs:
            raise DataError(f"{directory}: no networks are kept; run the study with training.keep: epochs")
        key = {"study_id": _study_id(directory)}
        rows = [key | row for run in runs for row in _run_rows(run, epochs, part, device)]
        if not rows:
            raise DataError(f"{directory}: none of the epochs {list(epochs or ())} is kept; {_kept(runs)}")
        found = frame_of(to_arrow(TABLE, rows))
        write_tables(directory, {TABLE: _joined(directory, found)})
        return found


def _run_rows(
    kept: KeptRun, epochs: Sequence[int] | None, part: str, device: str
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a run; epochs of several tasks that ended at one step are tested with one state."""
    wanted: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for index, task in enumerate(kept.tasks):
        for epoch in kept.network.epochs(task):
            if epochs is None or epoch in epochs:
                wanted[kept.network.step_of(task, epoch)].append((index, epoch))
    if not wanted:
        return
    run = kept.build(torch.device(device))
    keys = {"cell_id": kept.cell_id, "run_id": kept.run_id}
    for step, tasks in sorted(wanted.items()):
        run.network.model.load_state_dict(kept.network.load(step))
        for index, epoch in tasks:
            yield from (keys | {"epoch": epoch} | row for row in _scores(run, index, part, device))


def _scores(run: Run, index: int, part: str, device: str) -> Rows:
    with session(device, deterministic=False):
        seen = predict_part(run, [index], part)[index]
    return score_rows(run.progress[index].part, part, seen, run.metrics[index], per_class=part == "test")


def _joined(directory: Path, found: pd.DataFrame) -> pd.DataFrame:
    path = directory / "tables" / f"{TABLE}.parquet"
    if not path.is_file():
        return found
    older = pd.read_parquet(path)
    replaced = older.set_index(IDENTITY).index.isin(found.set_index(IDENTITY).index)
    stays = older[~replaced & (older["study_id"] == found["study_id"].iloc[0])]
    return pd.concat([stays, found], ignore_index=True) if len(stays) else found


def _kept(runs: list[KeptRun]) -> str:
    kept = sorted({epoch for run in runs for task in run.tasks for epoch in run.network.epochs(task)})
    return f"kept are: {', '.join(map(str, kept))}"


def _locked(directory: Path) -> Any:
    """Hold the study's lock, so that no other command writes meanwhile."""
    ledger = open_for_reading(directory)
    try:
        name = ledger.meta("study") or ""
    finally:
        ledger.close()
    return open_study(name, directory)


def _study_id(directory: Path) -> str:
    path = directory / "tables" / "study.parquet"
    if not path.is_file():
        raise DataError(f"{directory} has no tables/study.parquet yet; run the study first")
    return str(pd.read_parquet(path)["study_id"].iloc[0])
