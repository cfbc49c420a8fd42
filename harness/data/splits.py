"""Splits of a data set: generated k folds that keep groups apart, or the data set's official ones.

A generated split depends on the data set and the study seed alone: it is seeded by the clips and their
audio, and stratified by the labels of the data set's first task, so that all tasks of a data set share it,
under whatever name, unless a task names a group column of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from harness.data.catalog import Catalog
from harness.data.split_checks import check_task, official_folds
from harness.data.strata import group_codes, labelled, merge_rare, strata
from harness.errors import DataError
from harness.records import Task
from harness.seeds import derive_seed

__all__ = ["Split", "check_task", "group_disjoint", "make_splits"]


@dataclass(frozen=True)
class Split:
    """One fold of one task: disjoint sorted indices of labelled clips in the catalog, read-only."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


@lru_cache(maxsize=64)
def make_splits(
    catalog: Catalog, task: Task, *, scheme: str, folds: int, seed: int, validation: float
) -> tuple[Split, ...]:
    """Return the task's folds; one for a fixed official split.

    ``generated``: k-fold by scikit-learn's ``StratifiedGroupKFold`` (``StratifiedKFold`` where no clip has
    a group) over all clips, of which the labelled are kept. ``official``: the data set's first ``folds``
    folds in order, or its one fixed split. The validation part is the first of ``round(1 / validation)``
    such folds of the training part, unless the official split has one; it keeps groups apart as the test
    part does, so that validation measures what the test will: an official split most of whose test clips
    are of groups that are trained on is validated so too.

    Raises:
        DataError: what :func:`check_task` raises, or a part without labelled clips.
    """
    check_task(catalog, task, scheme=scheme, folds=folds)
    groups = group_codes(catalog, task)
    if scheme == "official":
        parts = _official(catalog, groups, folds, seed, validation)
    else:
        parts = _generated(catalog, groups, folds, seed, validation)
    keep = labelled(catalog, task)
    splits = tuple(Split(*(np.flatnonzero(part & keep) for part in masks)) for masks in parts)
    for fold, split in enumerate(splits):
        for part in (split.train, split.validation, split.test):
            part.setflags(write=False)
        _check_parts(catalog, task, fold, split)
    return splits


def group_disjoint(catalog: Catalog, task: Task, splits: Sequence[Split]) -> bool:
    """Return whether no group has clips in two parts of a split; clips without a group are one each."""
    groups = group_codes(catalog, task)
    if groups is None:
        return True
    for split in splits:
        parts = [set(groups[part]) for part in (split.train, split.validation, split.test)]
        if len(set().union(*parts)) < sum(map(len, parts)):
            return False
    return True


Masks = tuple[np.ndarray, np.ndarray, np.ndarray]


def _generated(
    catalog: Catalog, groups: np.ndarray | None, folds: int, seed: int, validation: float
) -> list[Masks]:
    n = len(catalog.frame)
    state = derive_seed(seed, "splits", catalog.audio_fingerprint)
    tests = _k_fold(strata(catalog, folds), groups, np.arange(n), folds, state)
    return [
        _with_validation(catalog, groups, _mask(n, test), fold, seed, validation)
        for fold, test in enumerate(tests)
    ]


def _official(
    catalog: Catalog, groups: np.ndarray | None, folds: int, seed: int, validation: float
) -> list[Masks]:
    frame = catalog.frame
    if frame["fold"].notna().any():
        tests = [(frame["fold"] == name).to_numpy() for name in official_folds(catalog)[:folds]]
        known = frame["fold"].notna().to_numpy()
        return [
            _with_validation(catalog, groups, test, fold, seed, validation, known & ~test)
            for fold, test in enumerate(tests)
        ]
    train, valid, test = ((frame["split"] == name).to_numpy() for name in ("train", "validation", "test"))
    if valid.any():
        return [(train, valid, test)]
    return [_with_validation(catalog, groups, test, 0, seed, validation, train)]


def _with_validation(
    catalog: Catalog,
    groups: np.ndarray | None,
    test: np.ndarray,
    fold: int,
    seed: int,
    validation: float,
    rest: np.ndarray | None = None,
) -> Masks:
    """Take the validation part out of what is not tested, in the same way as the test part was taken."""
    rest = ~test if rest is None else rest
    if groups is not None and _mostly_shared(groups, rest, test):
        groups = None
    inside = np.flatnonzero(rest)
    parts = max(2, round(1 / validation))
    parts = min(parts, len(inside) if groups is None else len(np.unique(groups[inside])))
    if parts < 2:
        raise DataError(
            f"data set {catalog.name!r}, fold {fold}: the training part has {parts} group(s), so that no "
            "validation "
            "part can be kept apart from it; use fewer evaluation.folds, or give the clips more groups"
        )
    state = derive_seed(seed, "validation", catalog.audio_fingerprint, fold)
    found = _k_fold(strata(catalog, parts), groups, inside, parts, state)
    chosen = _mask(len(test), next(part for part in found if 0 < len(part) < len(inside)))
    return rest & ~chosen, chosen, test


def _mostly_shared(groups: np.ndarray, train: np.ndarray, test: np.ndarray) -> bool:
    return bool(test.any()) and float(np.isin(groups[test], groups[train]).mean()) > 0.5


def _k_fold(
    y: np.ndarray, groups: np.ndarray | None, inside: np.ndarray, parts: int, state: int
) -> list[np.ndarray]:
    """Return the test indices of each part of a stratified k-fold of the clips ``inside``."""
    kind = StratifiedKFold if groups is None else StratifiedGroupKFold
    splitter = kind(parts, shuffle=True, random_state=state % 2**32)
    inner = None if groups is None else groups[inside]
    return [inside[test] for _, test in splitter.split(inside, merge_rare(y[inside], parts), inner)]


def _mask(n: int, indices: np.ndarray) -> np.ndarray:
    mask = np.zeros(n, dtype=bool)
    mask[indices] = True
    return mask


def _check_parts(catalog: Catalog, task: Task, fold: int, split: Split) -> None:
    for part in ("train", "validation", "test"):
        if not len(getattr(split, part)):
            raise DataError(
                f"task {catalog.name}/{task.name}, fold {fold}: the {part} part has no labelled clips. Its "
                "labels are "
                "in too few groups; use fewer evaluation.folds, another group column, or label more clips"
            )
