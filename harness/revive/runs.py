"""Finding a final run in a study's directory: its unit of work, its data, and the networks that were kept of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from harness.errors import DataError
from harness.plugins import load_registry
from harness.schedule.directory import open_for_reading
from harness.schedule.ledger import Ledger
from harness.schedule.unit_data import load_data
from harness.train.guards import session
from harness.train.kept import KeptNetwork
from harness.train.refit import with_validation
from harness.train.setup import Run, build_run
from harness.train.types import RunSpec

if TYPE_CHECKING:
    from harness.data.types import RunData

#: Features up to this size are read into memory; larger ones stay in a memory map.
MEMORY_GB = 1.0


@dataclass(frozen=True)
class KeptRun:
    """A final run that is done, and its kept networks. ``unit`` is what the worker was given."""

    run_id: str
    cell_id: str
    unit: dict[str, Any]
    network: KeptNetwork

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks of the run."""
        return tuple(self.unit["spec"]["tasks"])

    def data(self) -> RunData:
        """Return the data of the run; with its validation clips among the training clips, if it was trained so."""
        for path in self.unit["data"]["banks"].values():
            if not Path(path).is_dir():
                raise DataError(
                    f"run {self.run_id}: its features are no longer at {path}; run the study again to have them back "
                    "(nothing is trained anew)"
                )
        data = load_data(self.unit["data"], MEMORY_GB)
        return with_validation(data) if self.unit["spec"]["refit"] else data

    def build(self, device: torch.device) -> Run:
        """Return the parts of the run, with fresh weights."""
        spec = replace(RunSpec.from_json(self.unit["spec"]), device=str(device), refit=False)
        with session(spec.device, deterministic=False) as target:
            run = build_run(self.data(), spec, load_registry(), target)
        run.network.model.eval()
        return run


def kept_run(study: Path, run_id: str) -> KeptRun:
    """Return a run by its identity.

    Raises:
        StudyDirectoryError: there is no study in the directory.
        DataError: there is no such run, it is not done, or its network is not kept.
    """
    ledger = open_for_reading(study)
    try:
        found = ledger.run(run_id)
        if found is None:
            raise DataError(f"{study}: no run {run_id!r}; the table `runs` lists them (column run_id)")
        return _of(study, ledger, run_id, found["cell_id"], found["key"])
    finally:
        ledger.close()


def kept_runs(study: Path) -> list[KeptRun]:
    """Return all runs that are done and have a network, in the order of the ledger."""
    ledger = open_for_reading(study)
    try:
        rows = ledger.query(
            "SELECT r.run_id, r.cell_id, r.key FROM runs r JOIN trainings t ON t.key = r.key "
            "WHERE t.status = 'done' ORDER BY r.rowid"
        )
        there = [row for row in rows if KeptNetwork.of(study, row["key"]).is_whole(False)]
        return [_of(study, ledger, row["run_id"], row["cell_id"], row["key"]) for row in there]
    finally:
        ledger.close()


def _of(study: Path, ledger: Ledger, run_id: str, cell_id: str, key: str) -> KeptRun:
    training = ledger.training(key)
    if training is None or training["status"] != "done":
        status = "unknown" if training is None else training["status"]
        raise DataError(f"{study}: run {run_id} is {status}, not done; run the study to its end")
    network = KeptNetwork.of(study, key)
    network.index()
    return KeptRun(run_id, cell_id, json.loads(training["unit"]), network)
