"""Whether a task can be split as a study asks, with the way out where it cannot."""

from __future__ import annotations

import numpy as np
import pandas as pd

from harness.data.catalog import Catalog
from harness.data.strata import group_codes, labelled
from harness.errors import DataError, did_you_mean
from harness.records import Task

SCHEMES = ("generated", "official")


def check_task(catalog: Catalog, task: Task, *, scheme: str, folds: int) -> None:
    """Check that every fold can have clips of every class.

    Raises:
        DataError: no usable clips; no labels; generated: a class with fewer clips, or of fewer groups, than
            folds, fewer groups than are needed; official: no official folds or split, fewer of them than
            asked for, clips that are in none. The message names the task and the way out.
    """
    where = f"task {catalog.name}/{task.name}"
    if scheme not in SCHEMES:
        raise DataError(
            f"{where}: unknown splits {scheme!r}{did_you_mean(scheme, SCHEMES)}; allowed: "
            f"{', '.join(SCHEMES)}"
        )
    if not len(catalog.frame):
        raise DataError(f"{where}: data set {catalog.name!r} is empty: it has no usable clips")
    if not labelled(catalog, task).any():
        raise DataError(
            f"{where}: none of the {len(catalog.frame)} clips has a label; check the label column"
        )
    if scheme == "official":
        _check_official(where, catalog, task, folds)
        _check_classes(where, catalog, task, 1, None)
    else:
        _check_generated(where, catalog, task, folds)


def official_folds(catalog: Catalog) -> list[str]:
    """Return the names of the official folds in order: by number where all are numbers, else by text."""
    names = [str(name) for name in catalog.frame["fold"].dropna().unique()]
    numbers = pd.to_numeric(pd.Series(names, dtype=object), errors="coerce")
    if numbers.notna().all():
        return [names[i] for i in np.argsort(numbers.to_numpy(dtype=float), kind="stable")]
    return sorted(names)


def _check_generated(where: str, catalog: Catalog, task: Task, folds: int) -> None:
    if folds < 2:
        raise DataError(f"{where}: evaluation.folds is {folds}; generated splits need at least 2")
    keep = labelled(catalog, task)
    groups = group_codes(catalog, task)
    needed = max(folds, 3)
    if keep.sum() < needed:
        raise DataError(
            f"{where}: {keep.sum()} labelled clips; {folds} folds and a validation part need {needed}"
        )
    column = "group" if task.group is None else f"group column {task.group!r}"
    n_groups = len(np.unique(groups[keep])) if groups is not None else needed
    if n_groups < needed:
        raise DataError(
            f"{where}: {n_groups} distinct values of its {column}; {folds} folds and a validation part "
            "that keep groups "
            f"apart need {needed}. Use fewer evaluation.folds, or name another group column for the task"
        )
    _check_classes(where, catalog, task, folds, groups)


def _check_classes(where: str, catalog: Catalog, task: Task, folds: int, groups: np.ndarray | None) -> None:
    """Check every class of a task: clips enough for the folds, and groups enough."""
    labels = catalog.frame[f"label:{task.name}"]
    for name in task.classes or ():
        has = _has_class(task, labels, name)
        clips, spread = int(has.sum()), len(np.unique(groups[has])) if groups is not None else folds
        if clips < folds:
            raise DataError(
                f"{where}: class {name!r} has {clips} usable clips, but needs {folds} (one a fold). Use "
                "fewer "
                "evaluation.folds, add clips of it, or leave the class out"
            )
        if spread < folds:
            own = "" if task.group is None else f" than {task.group!r}"
            raise DataError(
                f"{where}: class {name!r} is in {spread} group(s), so that it cannot be in {folds} folds "
                "with groups kept apart. Use fewer evaluation.folds, or let the task name another group "
                f"column{own}"
            )


def _has_class(task: Task, labels: pd.Series, name: str) -> np.ndarray:
    if task.kind != "multilabel":
        return (labels == name).fillna(False).to_numpy(dtype=bool)
    return np.array([isinstance(value, (list, np.ndarray)) and name in value for value in labels], dtype=bool)


def _check_official(where: str, catalog: Catalog, task: Task, folds: int) -> None:
    frame, keep = catalog.frame, labelled(catalog, task)
    names = official_folds(catalog)
    column = "fold" if names else "split"
    if frame[column].isna().all():
        raise DataError(
            f"{where}: data set {catalog.name!r} has no official folds or split; use splits: generated"
        )
    outside = frame.loc[keep & frame[column].isna().to_numpy(), "clip"]
    if len(outside):
        raise DataError(
            f"{where}: {len(outside)} labelled clips have no official {column} (first: clip "
            f"{outside.iloc[0]}); give "
            "them one, take their labels away, or use splits: generated"
        )
    if column == "split":
        for part in ("train", "test"):
            if not ((frame["split"] == part).to_numpy() & keep).any():
                raise DataError(f"{where}: the official split has no labelled clips in its {part} part")
    elif not 1 <= folds <= len(names) or len(names) < 2:
        raise DataError(
            f"{where}: evaluation.folds is {folds}, and data set {catalog.name!r} has {len(names)} "
            "official folds "
            f"({', '.join(names)}); at least 2 are needed, and as many as evaluation.folds asks for"
        )
