"""One kept network of a finished run, with its scaled features: what figures and evaluations afterwards start from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from harness.errors import DataError, did_you_mean
from harness.revive.runs import KeptRun, kept_run
from harness.train.network import Network
from harness.train.scores import as_text
from harness.train.store import rows_of

if TYPE_CHECKING:
    from harness.train.setup import Run

PARTS = ("train", "validation", "test")


class Revived:
    """The network of one run at one epoch, in evaluation mode, as it was tested.

    The tasks of a group choose their epochs each by itself: :attr:`model` is the network that the first task (or the
    one asked for) was tested with, and :meth:`outputs` gives each task the logits of its own. Nothing here needs the
    audio: features come from the study's feature bank.
    """

    def __init__(self, kept: KeptRun, run: Run, epoch: int | None, task: str | None) -> None:
        self.run_id, self.epoch = kept.run_id, epoch
        self._run = run
        self._task = task if task is not None else run.data.tasks[0].name
        self._index(self._task)
        self._steps = {part.name: kept.network.step_of(part.name, epoch) for part in run.data.tasks}
        self._models = {step: _copy(run, kept.network.load(step)) for step in set(self._steps.values())}

    @property
    def model(self) -> nn.Module:
        """The model with the run's own weights, in evaluation mode."""
        return self._models[self._steps[self._task]]

    def model_of(self, task: str) -> nn.Module:
        """Return the model that a task was tested with; tasks that chose the same step share it."""
        self._index(task)
        return self._models[self._steps[task]]

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks of the run, as dataset/task."""
        return tuple(part.name for part in self._run.data.tasks)

    @property
    def datasets(self) -> tuple[str, ...]:
        """The data sets of the run; a task's is the part of its name before the slash."""
        return tuple(rows.name for rows in self._run.data.datasets)

    @cached_property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of a row of features: channels, bins, frames."""
        channels, bins, frames = self._run.data.datasets[0].features.shape[1:]
        return int(channels), int(bins), int(frames)

    def classes(self, task: str) -> tuple[str, ...] | None:
        """Return the classes of a task in the order of its logits; ``None`` for regression."""
        return self._run.data.tasks[self._index(task)].task.classes

    def clips(self, part: str, task: str | None = None) -> list[str]:
        """Return the identities of the clips in a task's part (train, validation or test) of the run's fold."""
        if part not in PARTS:
            raise DataError(f"unknown part {part!r}{did_you_mean(part, PARTS)}; allowed: {', '.join(PARTS)}")
        found = self._run.data.tasks[self._index(task or self._task)]
        ids = self._run.data.datasets[found.dataset].clip_ids
        return [ids[clip] for clip in getattr(found, part)]

    def labels(self, clip_ids: Sequence[str], task: str | None = None) -> list[str]:
        """Return the targets of clips as text: a class, classes joined by ``|``, or a number."""
        found = self._run.data.tasks[self._index(task or self._task)]
        clips = self._positions(found.dataset, clip_ids)
        return [as_text(found.task, target) for target in found.targets[clips]]

    def features(self, clip_ids: Sequence[str], dataset: str | None = None) -> Tensor:
        """Return features as the network sees them, scaled by the run: ``[rows, channels, bins, frames]`` float32.

        A clip has one row, or one a window, in the order of ``clip_ids``: see :meth:`windows`.
        """
        index = self._dataset(dataset)
        rows, _ = rows_of(self._run.data.datasets[index], self._positions(index, clip_ids))
        return self._run.store.scaled(index, rows)

    def windows(self, clip_ids: Sequence[str], dataset: str | None = None) -> np.ndarray:
        """Return how many rows each clip has in :meth:`features`, ``[clips]``."""
        index = self._dataset(dataset)
        return rows_of(self._run.data.datasets[index], self._positions(index, clip_ids))[1]

    def outputs(self, x: Tensor, dataset: str | None = None) -> dict[str, Tensor]:
        """Return ``{task: logits [rows, outputs]}`` of the data set's tasks; gradients flow unless switched off.

        Batch normalisation takes the running statistics of ``dataset``.
        """
        index = self._dataset(dataset)
        wanted = [part.name for part in self._run.data.tasks if part.dataset == index]
        found: dict[int, dict[str, Tensor]] = {}
        for step in {self._steps[task] for task in wanted}:
            found[step] = Network(self._models[step])(x, ((index, 0, len(x)),))
        return {task: found[self._steps[task]][task] for task in wanted}

    def embed(self, x: Tensor, dataset: str | None = None) -> Tensor:
        """Return the embedding ``[rows, width]`` by :attr:`model`; raises TrainingError for a model without one."""
        return Network(self.model).embed(x, ((self._dataset(dataset), 0, len(x)),))

    def _index(self, task: str) -> int:
        if task not in self.tasks:
            near = did_you_mean(task, self.tasks)
            raise DataError(f"run {self.run_id} has no task {task!r}{near}; it has: {', '.join(self.tasks)}")
        return self.tasks.index(task)

    def _dataset(self, name: str | None) -> int:
        name = name if name is not None else self._task.split("/", 1)[0]
        if name not in self.datasets:
            near = did_you_mean(name, self.datasets)
            raise DataError(
                f"run {self.run_id} has no data set {name!r}{near}; it has: {', '.join(self.datasets)}"
            )
        return self.datasets.index(name)

    def _positions(self, dataset: int, clip_ids: Sequence[str]) -> np.ndarray:
        ids = self._places[dataset]
        for clip in clip_ids:
            if clip not in ids:
                raise DataError(f"data set {self.datasets[dataset]} has no clip {clip!r}")
        return np.array([ids[clip] for clip in clip_ids], dtype=np.int64)

    @cached_property
    def _places(self) -> list[dict[str, int]]:
        return [{clip: i for i, clip in enumerate(rows.clip_ids)} for rows in self._run.data.datasets]


def load_network(
    study_dir: str | Path,
    run_id: str,
    epoch: int | None = None,
    *,
    task: str | None = None,
    device: str = "cpu",
) -> Revived:
    """Return the network of a final run of the study in ``study_dir``, which must have kept it (``training.keep``).

    ``run_id`` is that of the table ``runs``; ``epoch`` is one of the tasks' own epochs, from 1 (``None``: each task's
    chosen one, which it was tested with). ``task`` says whose network :attr:`Revived.model` is (default: the first's).

    Raises:
        StudyDirectoryError: there is no study in the directory.
        DataError: no such run, or it is not done; the network, the epoch or the feature bank is not there.
    """
    kept = kept_run(Path(study_dir), run_id)
    return Revived(kept, kept.build(torch.device(device)), epoch, task)


def _copy(run: Run, state: dict[str, Tensor]) -> nn.Module:
    from copy import deepcopy

    model = deepcopy(run.network.model)
    model.load_state_dict(state)
    return model.eval()
