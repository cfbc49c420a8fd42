"""Label counts of every task, and whether it can be split as asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from harness.corpora.finding import Finding, error, fine, warning
from harness.data.catalog import Catalog
from harness.data.splits import Split, make_splits
from harness.errors import DataError
from harness.records import Task


def label_counts(catalog: Catalog, task: Task) -> list[dict[str, Any]]:
    """Return a row a class (of a regression one row): clips, groups that the task keeps apart, and clips by official
    split or fold.
    """
    frame = catalog.frame
    group = "group" if task.group is None else f"group:{task.group}"
    part = next((column for column in ("fold", "split") if frame[column].notna().any()), None)
    parts = [] if part is None else sorted(frame[part].dropna().unique())
    rows = []
    for name, mask in class_masks(catalog, task).items():
        chosen = frame[mask]
        by_part = {f"{part} {value}": int((chosen[part] == value).sum()) for value in parts}
        rows.append({"label": name, "clips": len(chosen), "groups": int(chosen[group].nunique()), **by_part})
    return rows


def class_masks(catalog: Catalog, task: Task) -> dict[str, np.ndarray]:
    """Return the clips that have each label, as masks; of a regression, those that have any value."""
    labels = catalog.frame[f"label:{task.name}"]
    if task.kind == "regression":
        return {"any value": labels.notna().to_numpy()}
    if task.kind == "multilabel":
        sets = [set() if _missing(value) else set(value) for value in labels]
        return {name: np.array([name in found for found in sets], dtype=bool) for name in task.classes or ()}
    return {name: (labels == name).fillna(False).to_numpy(dtype=bool) for name in task.classes or ()}


def _missing(value: object) -> bool:
    return not isinstance(value, (list, np.ndarray))


def task_findings(
    catalog: Catalog, task: Task, *, scheme: str, folds: int, seed: int, validation: float
) -> Iterator[Finding]:
    """Yield what is found of one task: missing labels, and the splits that a study would make."""
    yield _labels(catalog, task)
    try:
        splits = make_splits(catalog, task, scheme=scheme, folds=folds, seed=seed, validation=validation)
    except DataError as problem:
        yield error(f"splits of {task.name}", str(problem), "see what the message names; a study stops here")
        return
    yield _splits(catalog, task, scheme, splits)


def _labels(catalog: Catalog, task: Task) -> Finding:
    labels: pd.Series = catalog.frame[f"label:{task.name}"]
    missing = labels.isna()
    n_classes = f", {len(task.classes)} classes" if task.classes else ""
    check = f"labels of {task.name}"
    if not missing.any():
        return fine(check, f"{task.kind}{n_classes}; every clip has one")
    return warning(
        check,
        f"{task.kind}{n_classes}; {int(missing.sum())} of {len(labels)} clips have none",
        "these clips are left out of this task alone; fill the labels if they are known",
        catalog.frame.loc[missing, "clip"],
    )


def _splits(catalog: Catalog, task: Task, scheme: str, splits: tuple[Split, ...]) -> Finding:
    parts = [[len(part) for part in (s.train, s.validation, s.test)] for s in splits]
    sizes = ", ".join("/".join(map(str, part)) for part in parts)
    check, text = f"splits of {task.name}", f"{scheme}: {len(splits)} × train/validation/test clips {sizes}"
    absent = _absent(catalog, task, splits)
    if not absent:
        return fine(check, text)
    return warning(
        check,
        f"{text}; {'; '.join(absent[:5])}{f' and {len(absent) - 5} more' if len(absent) > 5 else ''}",
        "the class's score says nothing there: use fewer evaluation.folds, or more groups of the class",
    )


def _absent(catalog: Catalog, task: Task, splits: tuple[Split, ...]) -> list[str]:
    masks = class_masks(catalog, task)
    return [
        f"no clip of {name!r} in the {part} part of fold {fold}"
        for fold, split in enumerate(splits)
        for part in ("train", "test")
        for name, mask in masks.items()
        if not mask[getattr(split, part)].any()
    ]
