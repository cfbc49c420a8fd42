"""The batches of many members as one: same draws, same augmentations as the loop's."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from harness.bases.norm import Segments
from harness.train.batches import merged_segments
from harness.train.loop import next_positions
from harness.train.population.gather import Gatherer
from harness.train.population.members import Seat
from harness.train.population.upload import upload


@dataclass(frozen=True)
class StackedBatch:
    """What one step of all members sees: ``x [M, batch, channels, bins, frames]``; ``segments`` and ``spans``
    are those of :class:`harness.train.batches.Batch`, the same for every member; ``targets`` has a tensor
    ``[M, rows, …]`` a task.
    """

    x: Tensor
    segments: Segments
    spans: tuple[tuple[int, int], ...]
    targets: tuple[Tensor, ...]


def layout_of(seat: Seat) -> Hashable:
    """Return what members of one population must have in common beside their specifications' key: how data
    sets and tasks lie in a batch, and how targets are typed.
    """
    run = seat.run
    sources = [run.batcher.sources[index] for index in run.batcher.order]
    draws = tuple((source.dataset, source.tasks) for source in sources)
    shape = tuple(run.data.datasets[0].features.shape[1:])
    kinds = tuple(
        (type(criterion), part.task.kind)
        for criterion, part in zip(run.criteria, run.data.tasks, strict=True)
    )
    return draws, shape, kinds, len(run.data.datasets), run.spec.batch_size


class Batches:
    """Makes the batches of members of one layout."""

    def __init__(self, seats: Sequence[Seat], gatherer: Gatherer) -> None:
        self.seats, self.gatherer = list(seats), gatherer
        first = seats[0].run
        self.sources = {index: first.batcher.sources[index] for index in first.batcher.order}
        self.augmented = bool(first.spec.augmentations)
        self.tasks_n = len(first.progress)
        self.targets = {
            index: {task: _padded([seat.run.batcher.targets_of(index)[task] for seat in seats])
                    for task in source.tasks}
            for index, source in self.sources.items()
        }  # fmt: skip
        self._every = list(range(len(seats)))

    def next(self, positions: Sequence[dict[int, np.ndarray]], turns: Sequence[int]) -> StackedBatch:
        """Return the next batch from each member's positions and the number of steps that it has made."""
        parts, segments, start = [], [], 0
        spans: dict[int, tuple[int, int]] = {}
        targets: dict[int, Tensor] = {}
        for index, source in self.sources.items():
            chosen = np.stack([own[index] for own in positions]).astype(np.int64, copy=False)
            stop = start + chosen.shape[1]
            parts.append(self._features(index, chosen, turns))
            segments.append((source.dataset, start, stop))
            at = upload(chosen, self.gatherer.device)
            for task in source.tasks:
                spans[task], targets[task] = (start, stop), _taken(self.targets[index][task], at)
            start = stop
        x = parts[0] if len(parts) == 1 else torch.cat(parts, 1)
        every = range(self.tasks_n)
        return StackedBatch(
            x, merged_segments(segments), tuple(spans[t] for t in every), tuple(targets[t] for t in every)
        )

    def _features(self, index: int, chosen: np.ndarray, turns: Sequence[int]) -> Tensor:
        batchers = [seat.run.batcher for seat in self.seats]
        rows = [
            batcher.rows(index, own, turn) for batcher, own, turn in zip(batchers, chosen, turns, strict=True)
        ]
        x = self.gatherer.scaled(self._every, self.sources[index].dataset, np.stack(rows))
        if not self.augmented:
            return x
        return torch.stack(
            [
                batcher.augmented(index, part, turn)[0]
                for batcher, part, turn in zip(batchers, x, turns, strict=True)
            ]
        )


def positions_of(seat: Seat) -> dict[int, np.ndarray]:
    """Return the positions of a member's next step by draw."""
    return dict(next_positions(seat.steps, seat.tally.step))


def _padded(targets: Sequence[Tensor]) -> Tensor:
    """Return ``[M, n, …]`` from the members' targets of different numbers of clips and classes; what is added
    counts as no label.
    """
    largest = tuple(max(sizes) for sizes in zip(*[each.shape for each in targets], strict=True))
    missing = torch.nan if targets[0].is_floating_point() else -1
    padded = targets[0].new_full((len(targets), *largest), missing)
    for row, own in zip(padded, targets, strict=True):
        row[tuple(slice(size) for size in own.shape)] = own
    return padded


def _taken(targets: Tensor, at: Tensor) -> Tensor:
    """Return ``[M, rows, …]``: the targets ``[M, n, …]`` of each member's own positions ``[M, rows]``."""
    members = torch.arange(len(targets), device=targets.device).unsqueeze(1)
    return targets[members, at]
