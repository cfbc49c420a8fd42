"""The contact sheets of a study: one a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.corpora.sample import Sheet, sheet
from harness.corpora.scan import dataset_of
from harness.corpora.target import ALL

if TYPE_CHECKING:
    from harness.config import StudyConfig
    from harness.plugins import Registry


def sheets_of(
    config: StudyConfig, registry: Registry, task: str | None, *, per_class: int, at_most: int, seed: int
) -> list[Sheet]:
    """Return a sheet for every data set of a study, by ``task`` or by the first task that the study names of it.

    Raises:
        DataError: a data set cannot be read, or has no such task.
    """
    return [
        sheet(
            name,
            dataset_of(name, use, config, registry),
            task or _first_task(name, config),
            per_class=per_class,
            at_most=at_most,
            seed=seed,
        )
        for name, use in config.dataset_uses().items()
    ]


def _first_task(name: str, config: StudyConfig) -> str | None:
    tasks = (task.split("/", 1) for task in config.tasks)
    first = next(short for dataset, short in tasks if dataset == name)
    return None if first == ALL else first
