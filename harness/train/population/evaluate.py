"""Predictions of many members for their validation parts: parts of different length are padded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from harness.train.evaluate import CPU_ROWS, Predictions, predictions_of, rows_a_pass
from harness.train.population.gather import Gatherer
from harness.train.population.layers import Pass
from harness.train.population.members import Seat
from harness.train.population.network import StackedNetwork
from harness.train.population.stack import Stacks
from harness.train.store import rows_of

#: A forward pass of a population takes so many times the rows of a pass of the loop.
MORE_ROWS = 4


class Evaluator:
    """Predicts with the members' present parameters."""

    def __init__(
        self, seats: Sequence[Seat], stacks: Stacks, network: StackedNetwork, gatherer: Gatherer
    ) -> None:
        self.seats, self.stacks, self.network, self.gatherer = list(seats), stacks, network, gatherer

    @torch.no_grad()
    def validation(self, due: Mapping[int, Sequence[int]]) -> dict[int, dict[int, Predictions]]:
        """Return the predictions for the validation parts of ``due`` tasks by member: ``{member: {task:
        predictions}}``.
        """
        jobs: dict[tuple[int, tuple[int, ...]], dict[int, np.ndarray]] = {}
        for member, tasks in due.items():
            for key, clips in self._passes(member, tasks):
                jobs.setdefault(key, {})[member] = clips
        found: dict[int, dict[int, Predictions]] = {member: {} for member in due}
        for (dataset, tasks), clips_of in jobs.items():
            for member, seen in self._predict(dataset, tasks, clips_of).items():
                found[member] |= seen
        return {member: {task: found[member][task] for task in tasks} for member, tasks in due.items()}

    def _passes(
        self, member: int, tasks: Sequence[int]
    ) -> list[tuple[tuple[int, tuple[int, ...]], np.ndarray]]:
        """Return what a member predicts in one pass: tasks with the same clips share one."""
        parts = self.seats[member].run.data.tasks
        together: dict[tuple[int, bytes], list[int]] = {}
        for task in tasks:
            together.setdefault((parts[task].dataset, parts[task].validation.tobytes()), []).append(task)
        return [
            ((dataset, tuple(group)), parts[group[0]].validation) for (dataset, _), group in together.items()
        ]

    def _predict(
        self, dataset: int, tasks: tuple[int, ...], clips_of: Mapping[int, np.ndarray]
    ) -> dict[int, dict[int, Predictions]]:
        members = list(clips_of)
        rows, counts = [], []
        for member, clips in clips_of.items():
            own, count = rows_of(self.seats[member].run.data.datasets[dataset], clips)
            rows.append(own)
            counts.append(count)
        logits = self._logits(members, dataset, tasks, rows)
        found: dict[int, dict[int, Predictions]] = {}
        for place, (member, clips) in enumerate(clips_of.items()):
            run, length = self.seats[member].run, len(rows[place])
            found[member] = {
                task: predictions_of(
                    run.data.tasks[task],
                    run.progress[task].criterion,
                    logits[task][place, :length, : run.criteria[task].outputs],
                    clips,
                    counts[place],
                )
                for task in tasks
            }
        return found

    def _logits(
        self, members: list[int], dataset: int, tasks: tuple[int, ...], rows: list[np.ndarray]
    ) -> dict[int, Tensor]:
        """Return the logits of some tasks, ``[J, rows, outputs]`` on the host, rows padded with row 0."""
        longest = max(len(own) for own in rows)
        padded = np.stack([np.pad(own, (0, longest - len(own))) for own in rows])
        values = self.stacks.of(members)
        store = self.seats[0].run.store
        size = max(CPU_ROWS, MORE_ROWS * rows_a_pass(store, dataset) // len(members))
        parts: list[list[Tensor]] = []
        for start in range(0, longest, size):
            x = self.gatherer.scaled(members, dataset, padded[:, start : start + size])
            logits = self.network(x, Pass(values, len(members), ((dataset, 0, x.shape[1]),), None))
            parts.append([logits[task] for task in tasks])
        return {task: torch.cat([part[n] for part in parts], 1).cpu() for n, task in enumerate(tasks)}
