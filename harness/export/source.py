"""What an exported network is made of, from a kept run of a study."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from harness.bases.feature import covariates_of
from harness.data.bank import checked_parameters
from harness.data.bank_write import INDEX
from harness.data.fit import fit_rows, row_samples
from harness.errors import DataError, did_you_mean
from harness.export.module import Exported, Fit, Way
from harness.plugins import load_registry
from harness.revive.network import Revived
from harness.revive.runs import KeptRun
from harness.train.evaluate import average_windows
from harness.train.network import Network

if TYPE_CHECKING:
    from harness.records import FeatureParameters, Task
    from harness.train.setup import Run

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Source:
    """A kept run, built. ``ways`` are the tasks that are asked for; ``feature`` is what made the feature bank."""

    kept: KeptRun
    run: Run
    revived: Revived
    feature: nn.Module
    feature_name: str
    parameters: FeatureParameters
    ways: dict[str, Way]

    def task(self, name: str) -> Task:
        """Return a task of the run."""
        return next(part.task for part in self.run.data.tasks if part.name == name)

    def dataset(self, index: int) -> str:
        """Return the name of a data set of the run."""
        return self.run.data.datasets[index].name

    def module(self) -> Exported:
        """Return the network with all that is before and after it, with parts of its own."""
        used = dict.fromkeys(way.dataset for way in self.ways.values())
        return Exported(
            Fit(row_samples(self.parameters), self.parameters.fit == "repeat"),
            self.feature,
            {index: self.run.store.scaler(index) or nn.Identity() for index in used},
            {way.step: self.revived.model_of(task) for task, way in self.ways.items()},
            self.ways,
        ).eval()

    @torch.no_grad()
    def probabilities(self, waveform: np.ndarray) -> dict[str, np.ndarray]:
        """Return ``{task: [classes]}`` of one clip ``[samples]`` as the harness itself has it: cut, features, scaled,
        network, windows averaged.
        """
        rows = fit_rows(waveform, self.parameters)
        features = self.feature(torch.from_numpy(np.ascontiguousarray(rows, dtype=np.float32)))
        count = np.array([len(rows)])
        return {task: average_windows(self._task(features, task), count)[0] for task in self.ways}

    def _task(self, features: Tensor, task: str) -> Tensor:
        way = self.ways[task]
        scaler = self.run.store.scaler(way.dataset)
        scaled = features if scaler is None else scaler(features)
        logits = Network(self.revived.model_of(task))(scaled, ((way.dataset, 0, len(scaled)),))
        found: Tensor = way.criterion.probabilities(logits[task])  # type: ignore[operator]
        return found


def source_of(kept: KeptRun, tasks: Sequence[str] = (), dataset: str | None = None) -> Source:
    """Return what the export of a run is made of: of ``tasks`` (default: all), each by its own data set's statistics,
    or all by those of ``dataset``.

    Raises:
        DataError: the run has no such task or data set, its features are gone, or they need more than a waveform.
    """
    run = kept.build(CPU)
    revived = Revived(kept, run, None, None)
    name, parameters, feature = _feature(kept)
    wanted = [_known(task, revived.tasks, f"run {kept.run_id} has no task") for task in tasks]
    by = None
    if dataset is not None:
        _known(dataset, revived.datasets, f"run {kept.run_id} has no data set")
        by = revived.datasets.index(dataset)
    ways = {
        part.name: Way(part.dataset if by is None else by, kept.network.step_of(part.name, None), criterion)
        for part, criterion in zip(run.data.tasks, run.criteria, strict=True)
        if not wanted or part.name in wanted
    }
    return Source(kept, run, revived, feature, name, parameters, ways)


def _feature(kept: KeptRun) -> tuple[str, FeatureParameters, nn.Module]:
    """Build the feature as the index of a feature bank names it."""
    index: dict[str, Any] = json.loads(_bank(kept).joinpath(INDEX).read_text(encoding="utf-8"))
    entry = load_registry().get("feature", index["feature"])
    parameters = checked_parameters(entry, index["parameters"])
    module: nn.Module = entry.component.build(parameters).to(CPU).eval()
    if asked := covariates_of(module):
        raise DataError(
            f"run {kept.run_id}: feature {index['feature']!r} reads {', '.join(asked)} beside the audio, and an "
            "exported network is given a waveform alone; export a run with another feature"
        )
    return index["feature"], parameters, module


def _bank(kept: KeptRun) -> Path:
    return Path(next(iter(kept.unit["data"]["banks"].values())))


def _known(name: str, allowed: Sequence[str], problem: str) -> str:
    if name not in allowed:
        raise DataError(f"{problem} {name!r}{did_you_mean(name, allowed)}; it has: {', '.join(allowed)}")
    return name
