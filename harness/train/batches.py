"""From the parts of a fold to draws, and from the positions that a schedule gives to batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from harness.bases.mixing import Mixed
from harness.bases.norm import Segments
from harness.bases.schedule import Draw
from harness.data.types import RunData, TaskPart
from harness.errors import TrainingError
from harness.seeds import derive_seed
from harness.train.store import FeatureStore

Augmentation = Callable[[Tensor, torch.Generator], Tensor | Mixed]


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a draw draws from: the ascending training clips of its data set, and the tasks (by index) that
    they serve.
    """

    draw: Draw
    dataset: int
    tasks: tuple[int, ...]
    clips: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What one step sees. ``x [batch, channels, bins, frames]``; ``segments`` are the data sets' slices of
    it; ``spans`` maps a present task (by index) to its slice, and ``targets`` to its targets. A row outside a
    task's slice has no label of it, so that it is masked from the task's loss. ``mixing`` maps a task whose samples
    were mixed to the other samples' targets and to the weights ``[rows]`` of the own ones.
    """

    x: Tensor
    segments: Segments
    spans: dict[int, tuple[int, int]]
    targets: dict[int, Tensor]
    mixing: dict[int, tuple[Tensor, Tensor]] = field(default_factory=dict)

    def halves(self) -> tuple[Batch, Batch]:
        """Return the same features with the first, and with the second half of every task's samples."""
        first = self._cut(lambda n: slice(0, (n + 1) // 2))
        return first, self._cut(lambda n: slice(min((n + 1) // 2, n - 1), n))

    def _cut(self, part: Callable[[int], slice]) -> Batch:
        spans, cuts = {}, {}
        for task, (start, stop) in self.spans.items():
            cuts[task] = part(stop - start)
            spans[task] = start + cuts[task].start, start + cuts[task].stop
        return replace(
            self,
            spans=spans,
            targets={task: targets[cuts[task]] for task, targets in self.targets.items()},
            mixing={task: (o[cuts[task]], w[cuts[task]]) for task, (o, w) in self.mixing.items()},
        )


def make_sources(data: RunData) -> tuple[Source, ...]:
    """Return the sources: tasks of one data set whose training clips are the same share one, others have
    their own.
    """
    shared: dict[tuple[int, bytes], list[int]] = {}
    for index, part in enumerate(data.tasks):
        shared.setdefault((part.dataset, np.unique(part.train).tobytes()), []).append(index)
    return tuple(_source(data, tuple(tasks)) for tasks in shared.values())


def _source(data: RunData, tasks: tuple[int, ...]) -> Source:
    first = data.tasks[tasks[0]]
    clips = np.unique(first.train)
    names = tuple(data.tasks[task].name for task in tasks)
    draw = Draw(name=first.name, tasks=names, n=len(clips), labels=_labels(first, clips))
    return Source(draw=draw, dataset=first.dataset, tasks=tasks, clips=clips)


def _labels(part: TaskPart, clips: np.ndarray) -> np.ndarray | None:
    if part.task.kind not in ("binary", "multiclass"):
        return None
    return part.targets[clips].astype(np.int64)


class Batcher:
    """Builds the batches of a run. Of a clip with several windows a step sees one, drawn at random.

    Windows and augmentations are seeded by the draw's name and its turn (how often it was drawn before), so
    that a task sees the same alone and in a group, and a resumed training what an uninterrupted one sees.
    """

    def __init__(
        self,
        data: RunData,
        sources: Sequence[Source],
        store: FeatureStore,
        augmentations: Sequence[Augmentation],
        seed: int,
    ) -> None:
        self.sources, self.store, self.augmentations, self.seed = sources, store, augmentations, seed
        self._first = [data.datasets[s.dataset].first[s.clips].astype(np.int64) for s in sources]
        self._count = [data.datasets[s.dataset].count[s.clips].astype(np.int64) for s in sources]
        self._one_window = [bool(count.max() == 1) for count in self._count]
        self._targets = [
            {task: torch.from_numpy(data.tasks[task].targets[s.clips]).to(store.device) for task in s.tasks}
            for s in sources
        ]
        self._order = sorted(range(len(sources)), key=lambda index: sources[index].dataset)

    def batch(self, positions: Mapping[int, np.ndarray], own_steps: Sequence[int]) -> Batch:
        """Return the batch of a step from ``{draw: positions}`` and the steps that each task has had."""
        parts, segments, start = [], [], 0
        spans: dict[int, tuple[int, int]] = {}
        targets: dict[int, Tensor] = {}
        mixing: dict[int, tuple[Tensor, Tensor]] = {}
        for index in (index for index in self._order if index in positions):
            source = self.sources[index]
            chosen = np.ascontiguousarray(positions[index], dtype=np.int64)
            stop = start + len(chosen)
            x, mixed = self._features(index, chosen, own_steps[source.tasks[0]])
            parts.append(x)
            segments.append((source.dataset, start, stop))
            at = torch.from_numpy(chosen).to(self.store.device)
            for task in source.tasks:
                spans[task], targets[task] = (start, stop), self._targets[index][task].index_select(0, at)
                if mixed is not None:
                    mixing[task] = targets[task][mixed.partner], mixed.weight
            start = stop
        x = parts[0] if len(parts) == 1 else torch.cat(parts)
        return Batch(x=x, segments=merged_segments(segments), spans=spans, targets=targets, mixing=mixing)

    def _features(self, index: int, chosen: np.ndarray, turn: int) -> tuple[Tensor, Mixed | None]:
        x = self.store.scaled(self.sources[index].dataset, self.rows(index, chosen, turn))
        return self.augmented(index, x, turn)

    @property
    def order(self) -> Sequence[int]:
        """The draws in the order in which they lie in a batch: data set by data set."""
        return self._order

    def targets_of(self, index: int) -> Mapping[int, Tensor]:
        """Return the targets of a draw's positions by task, each ``[n, …]``."""
        return self._targets[index]

    def rows(self, index: int, chosen: np.ndarray, turn: int) -> np.ndarray:
        """Return the rows of its data set that a draw's positions ``[batch]`` int64 stand for."""
        rows: np.ndarray = self._first[index][chosen] + self._windows(index, chosen, turn)
        return rows

    def augmented(self, index: int, x: Tensor, turn: int) -> tuple[Tensor, Mixed | None]:
        """Return scaled features of a draw with the augmentations of its turn, and how they were mixed, if they were.

        Raises :class:`TrainingError` where a second augmentation mixes: a sample would have parts of four.
        """
        mixed: Mixed | None = None
        for number, augmentation in enumerate(self.augmentations):
            seed = derive_seed(self.seed, "augment", number, self.sources[index].draw.name, turn)
            made = augmentation(x, torch.Generator(self.store.device).manual_seed(seed))
            if isinstance(made, Tensor):
                x = made
                continue
            if mixed is not None:
                raise TrainingError("two augmentations mix samples; a training can have one of them")
            x, mixed = made.features, made
        return x, mixed

    def _windows(self, index: int, chosen: np.ndarray, turn: int) -> np.ndarray | int:
        if self._one_window[index]:
            return 0
        count = self._count[index][chosen]
        if count.max() == 1:
            return 0
        seed = derive_seed(self.seed, "windows", self.sources[index].draw.name, turn)
        return np.random.default_rng(seed).integers(count)


def merged_segments(segments: list[tuple[int, int, int]]) -> Segments:
    """Join neighbours of the same data set: it is normalised as one."""
    merged: list[tuple[int, int, int]] = []
    for dataset, start, stop in segments:
        if merged and merged[-1][0] == dataset:
            start = merged.pop()[1]
        merged.append((dataset, start, stop))
    return tuple(merged)
