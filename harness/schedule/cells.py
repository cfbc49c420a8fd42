"""Which cells a study asks for: features × models × combiners × task groups, and their controls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from harness.keys import content_key
from harness.seeds import derive_seed

if TYPE_CHECKING:
    from harness.config import ComponentUse, StudyConfig


@dataclass(frozen=True)
class Cell:
    """A task group with its feature, model and combiner: the thing that is tuned.

    ``tasks`` is sorted, except in a placebo cell, where the main task comes first and the second task's training and
    validation labels are permuted. A capacity-matched single has one task; ``capacity_of`` are the absent tasks of its
    group: its network has heads for them, and no data.
    """

    tasks: tuple[str, ...]
    feature: ComponentUse
    model: ComponentUse
    combiner: ComponentUse | None
    placebo: bool = False
    capacity_of: tuple[str, ...] = ()

    @cached_property
    def id(self) -> str:
        """The identity of the cell: a hash of its tasks, feature, model, combiner and placebo, and of the absent tasks
        where there are any.
        """
        return content_key(
            {
                "tasks": self.tasks,
                "feature": use_key(self.feature),
                "model": use_key(self.model),
                "combiner": use_key(self.combiner) if self.combiner else None,
                "placebo": self.placebo,
                **({"capacity_of": self.capacity_of} if self.capacity_of else {}),
            },
            length=16,
        )

    @property
    def is_single(self) -> bool:
        """Whether this is a task alone in a network of its own: no capacity-matched single."""
        return len(self.tasks) == 1 and not self.capacity_of

    @property
    def shuffled(self) -> tuple[str, ...]:
        """The tasks whose training and validation labels are permuted."""
        return self.tasks[1:] if self.placebo else ()


def use_key(use: ComponentUse) -> dict[str, Any]:
    """Return what identifies a component's use: its name and parameters, not its alias."""
    return {"name": use.name, "parameters": use.parameters}


def task_groups(config: StudyConfig) -> list[tuple[str, ...]]:
    """Return the task groups, smallest first, each sorted: all of the sizes asked for, included ones, less excluded."""
    tasks = sorted(config.tasks)
    asked = [group for size in sorted(set(config.groups.sizes)) for group in combinations(tasks, size)]
    asked += [tuple(sorted(group)) for group in config.groups.include]
    excluded = {tuple(sorted(group)) for group in config.groups.exclude}
    return sorted({group for group in asked if group not in excluded}, key=lambda group: (len(group), group))


def placebo_pairs(config: StudyConfig) -> list[tuple[str, str]]:
    """Return (main, shuffled partner) pairs: none, one a main task, or all; drawn from the study seed.

    Placebos are made only where real pairs are trained, because they are what the pairs' gains are compared with.
    """
    pairs = [group for group in task_groups(config) if len(group) == 2]
    directed = sorted({pair for a, b in pairs for pair in ((a, b), (b, a))})
    if config.placebo.shuffled_partner == "none":
        return []
    if config.placebo.shuffled_partner == "all":
        return directed
    mains = sorted({main for main, _ in directed})
    return [(main, _drawn(main, [b for a, b in directed if a == main], config.seed)) for main in mains]


def enumerate_cells(config: StudyConfig) -> list[Cell]:
    """Return the cells of a study: singles first, then by group size, placebos, capacity-matched singles. Ids are
    unique.
    """
    return list({cell.id: cell for cell in _cells(config)}.values())


def count_trainings(cells: list[Cell], n_folds: dict[str, int], config: StudyConfig) -> int:
    """Return how many trainings a study takes: trials and final runs; the best trial's counts once where it is one."""
    searched, seeds = config.tuning.trials - shared_trainings(config), config.evaluation.seeds
    if config.tuning.scope == "first_fold":
        return sum(searched + n_folds[cell.id] * seeds for cell in cells)
    return sum(n_folds[cell.id] * (searched + seeds) for cell in cells)


def shared_trainings(config: StudyConfig) -> int:
    """Return how many trainings of a search are final runs, too: the best trial's, unless final runs are trained again
    with the validation part (``evaluation.refit``).
    """
    return 0 if config.evaluation.refit else 1


def _cells(config: StudyConfig) -> Iterator[Cell]:
    groups = task_groups(config)
    for group in groups:
        for feature, model in product(config.features, config.models):
            if len(group) == 1:
                yield Cell(group, feature, model, None)
            else:
                yield from (Cell(group, feature, model, combiner) for combiner in config.combiners)
    for pair in placebo_pairs(config):
        for feature, model, combiner in product(config.features, config.models, config.combiners):
            yield Cell(pair, feature, model, combiner, placebo=True)
    if config.groups.capacity_matched:
        yield from _capacity_matched(config, groups)


def _capacity_matched(config: StudyConfig, groups: list[tuple[str, ...]]) -> Iterator[Cell]:
    """One for each main in each group; like a single it has no combiner, and serves all of them."""
    for group, feature, model in product(groups, config.features, config.models):
        if len(group) > 1:
            for main in group:
                absent = tuple(task for task in group if task != main)
                yield Cell((main,), feature, model, None, capacity_of=absent)


def _drawn(main: str, partners: list[str], seed: int) -> str:
    """One partner for a main task; the draw for a main does not depend on the other mains."""
    return min(partners, key=lambda partner: derive_seed(seed, "placebo", main, partner))
