"""What a task gains in a group: measured, or the mean of its measured pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

#: All groups of this many tasks are looked at (a million); more do not fit in memory.
MAX_TASKS = 20


@dataclass(frozen=True)
class Worth:
    """Gains of ``tasks`` in groups; a group is a bit mask over their positions.

    ``pairs [main, partner]`` is NaN where a pair is not known; ``measured_pairs`` says which ones were measured (the
    others are predictions). ``groups`` has the measured gains ``[tasks]`` of larger groups, NaN for tasks
    that are not in the group or were not measured in it.
    """

    tasks: tuple[str, ...]
    pairs: np.ndarray
    measured_pairs: np.ndarray
    groups: Mapping[int, np.ndarray] = field(default_factory=dict)

    def mask(self, tasks: Iterable[str]) -> int:
        """Return the bit mask of a collection of task names."""
        return sum(1 << self.tasks.index(task) for task in tasks)

    def members(self, mask: int) -> list[int]:
        """Return the positions of the tasks of a group."""
        return [i for i in range(len(self.tasks)) if mask >> i & 1]

    def value(self, mask: int, task: int) -> float:
        """Return the gain of a task (its position) in a group: 0 alone, NaN where nothing is known of it.

        A group that was not measured is worth the mean of the task's known pairs in it (the approximation of
        Standley et al. 2020 for networks of higher order).
        """
        partners = [i for i in self.members(mask) if i != task]
        if not partners:
            return 0.0
        if mask in self.groups and np.isfinite(self.groups[mask][task]):
            return float(self.groups[mask][task])
        known = self.pairs[task, partners]
        known = known[np.isfinite(known)]
        return float(known.mean()) if len(known) else float("nan")

    def is_measured(self, mask: int, task: int) -> bool:
        """Return whether the gain of a task in a group was measured in that very group."""
        partners = [i for i in self.members(mask) if i != task]
        if len(partners) == 1:
            return bool(self.measured_pairs[task, partners[0]])
        return not partners or (mask in self.groups and bool(np.isfinite(self.groups[mask][task])))

    def table(self) -> np.ndarray:
        """Return the gain of every task in every group, ``[tasks, 2 ** tasks]``; −inf where it is not known or
        the task is not in the group."""
        n = len(self.tasks)
        groups = np.arange(1 << n)
        values = np.full((n, 1 << n), -np.inf)
        for task in range(n):
            known = np.isfinite(self.pairs[task]) & (np.arange(n) != task)
            count = subset_sums(known.astype(float))
            inside = (groups >> task & 1 == 1) & (count > 0)
            total = subset_sums(np.where(known, self.pairs[task], 0.0))
            np.divide(total, count, out=values[task], where=inside)
            values[task, 1 << task] = 0.0
            for mask, gains in self.groups.items():
                if np.isfinite(gains[task]):
                    values[task, mask] = gains[task]
        return values


def subset_sums(weights: np.ndarray) -> np.ndarray:
    """Return the sum of ``weights [n]`` over every subset, ``[2 ** n]``, by the subset's bit mask."""
    sums = np.zeros(1)
    for weight in weights:
        sums = np.concatenate([sums, sums + weight])
    return sums
