"""Everything that one training reads: features, targets, and one fold's parts without leaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from harness.data.catalog import Catalog
from harness.data.splits import Split, make_splits
from harness.data.targets import encode_targets
from harness.data.types import DatasetRows, RunData, TaskPart
from harness.errors import DataError, did_you_mean
from harness.records import Task
from harness.seeds import derive_seed


def assemble(
    catalogs: Mapping[str, Catalog],
    banks: Mapping[str, DatasetRows],
    tasks: Sequence[str],
    *,
    fold: int,
    schemes: Mapping[str, str],
    folds: int,
    seed: int,
    validation: float,
    shuffled: Sequence[str] = (),
    shuffle_seed: int = 0,
) -> RunData:
    """Return the data of one run: fold ``fold`` of every task, named ``dataset/task``.

    ``catalogs``, ``banks`` and ``schemes`` ("generated" by default) go by the data sets' names in the
    study. Clips are known by their content: one that any task of the run tests or validates on is in no
    training part, and one that any task tests on is in no validation part, also where two names stand for
    one data set. A task with one fixed split has it in every fold. The targets of the tasks in ``shuffled``
    are permuted among their training and validation clips, the same for every group that the task is in;
    its test targets stay.

    Raises:
        DataError: an unknown data set or task; a split that cannot be made; a part that is empty without
            the leaks.
    """
    found = [_find(catalogs, name) for name in tasks]
    splits = [
        _fold_of(
            make_splits(
                *pair, scheme=_scheme(schemes, pair[0]), folds=folds, seed=seed, validation=validation
            ),
            fold,
        )
        for pair in found
    ]
    tested = _contents(found, [split.test for split in splits])
    seen = tested | _contents(found, [split.validation for split in splits])
    names = list(dict.fromkeys(catalog.name for catalog, _ in found))
    parts = []
    for (catalog, task), split in zip(found, splits):
        name = f"{catalog.name}/{task.name}"
        targets = encode_targets(task, catalog.frame[f"label:{task.name}"])
        if name in shuffled:
            targets = shuffle_targets(targets, split, derive_seed(shuffle_seed, "shuffled", name, fold))
        part = TaskPart(
            name=name,
            task=task,
            dataset=names.index(catalog.name),
            targets=targets,
            train=_without(catalog, split.train, seen),
            validation=_without(catalog, split.validation, tested),
            test=split.test,
            own_n=len(split.train),
        )
        _check_not_empty(part, fold)
        parts.append(part)
    return RunData(datasets=tuple(replace(banks[name], name=name) for name in names), tasks=tuple(parts))


def shuffle_targets(targets: np.ndarray, split: Split, seed: int) -> np.ndarray:
    """Return ``targets`` with those of the training and validation clips permuted as one set."""
    clips = np.concatenate([split.train, split.validation])
    shuffled = targets.copy()
    shuffled[clips] = targets[np.random.default_rng(seed).permutation(clips)]
    return shuffled


def _find(catalogs: Mapping[str, Catalog], name: str) -> tuple[Catalog, Task]:
    dataset, _, task = name.partition("/")
    if dataset not in catalogs:
        raise DataError(
            f"task {name!r}: unknown data set {dataset!r}{did_you_mean(dataset, catalogs)}; allowed: "
            f"{', '.join(catalogs)}"
        )
    tasks = catalogs[dataset].tasks
    if task not in tasks:
        raise DataError(
            f"task {name!r}: unknown task{did_you_mean(task, tasks)}; {dataset!r} has: {', '.join(tasks)}"
        )
    return catalogs[dataset], tasks[task]


def _scheme(schemes: Mapping[str, str], catalog: Catalog) -> str:
    return schemes.get(catalog.name, "generated")


def _fold_of(splits: tuple[Split, ...], fold: int) -> Split:
    """Return a fold; a task with one fixed split has it in every fold."""
    return splits[0] if len(splits) == 1 else splits[fold]


def _contents(found: Sequence[tuple[Catalog, Task]], parts: Sequence[np.ndarray]) -> set[str]:
    """Return the content hashes of one part of all tasks."""
    return set().union(*(_hashes(catalog)[part] for (catalog, _), part in zip(found, parts)))


def _hashes(catalog: Catalog) -> np.ndarray:
    return catalog.frame["content_hash"].to_numpy(dtype=object)


def _without(catalog: Catalog, clips: np.ndarray, contents: set[str]) -> np.ndarray:
    return clips[[content not in contents for content in _hashes(catalog)[clips]]]


def _check_not_empty(part: TaskPart, fold: int) -> None:
    for what, clips in (("training", part.train), ("validation", part.validation)):
        if not len(clips):
            raise DataError(
                f"task {part.name}, fold {fold}: its {what} part is empty without the clips that tasks of "
                "the same run "
                "test or validate on. Give the tasks of one data set the same splits and groups, or leave "
                "this group out"
            )
