"""The strata and the groups of a data set's clips, which generated splits keep balanced and keep apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from harness.data.catalog import Catalog
from harness.records import Task

#: Regression targets are stratified by this many quantile bins, where there are clips enough.
BINS = 5


def strata(catalog: Catalog, parts: int) -> np.ndarray:
    """Return a stratum number a clip, ``[clips]``, from the labels of the data set's first task.

    A stratum is a class (binary, multiclass), the rarest class of the clip (multilabel), or a quantile bin
    (regression; at most five, of at least ``parts`` clips). Clips without a label are one of their own.
    """
    task = next(iter(catalog.tasks.values()))
    names = _names(task, catalog.frame[f"label:{task.name}"], parts)
    return pd.factorize(names, sort=True)[0]


def merge_rare(codes: np.ndarray, parts: int) -> np.ndarray:
    """Put strata of fewer than ``parts`` clips together, because they cannot be spread over as many parts.

    Where they are too few even together, they join the largest stratum.
    """
    counts = np.bincount(codes)
    rare = counts[codes] < parts
    if not rare.any():
        return codes
    return np.where(rare, len(counts) if rare.sum() >= parts else int(counts.argmax()), codes)


def _names(task: Task, labels: pd.Series, parts: int) -> np.ndarray:
    missing = labels.isna().to_numpy()
    if task.kind == "regression":
        bins = int(np.clip((~missing).sum() // max(parts, 1), 1, BINS))
        codes = pd.qcut(labels.rank(method="first"), bins, labels=False) if not missing.all() else labels
        names = np.array([f"bin {code}" for code in codes], dtype=object)
    elif task.kind == "multilabel":
        names = _rarest(labels)
    else:
        names = np.array([f"class {label}" for label in labels], dtype=object)
    names[missing] = "no label"
    return names


def _rarest(labels: pd.Series) -> np.ndarray:
    """Return the rarest class of each clip; all clips without any class are one stratum."""
    exploded = labels.explode()
    counts = exploded.value_counts()
    rank = {name: place for place, name in enumerate(sorted(counts.index, key=lambda c: (counts[c], c)))}

    def rarest(classes: object) -> str:
        present = list(classes) if isinstance(classes, (list, np.ndarray)) else []
        return f"class {min(present, key=rank.__getitem__)}" if present else "no class"

    return np.array([rarest(classes) for classes in labels], dtype=object)


def group_codes(catalog: Catalog, task: Task) -> np.ndarray | None:
    """Return a group number a clip, ``[clips]``, or ``None`` where no clip has a group.

    The groups are those of ``task.group``'s column, or the data set's own. A clip without one is one.
    """
    column = "group" if task.group is None else f"group:{task.group}"
    groups = catalog.frame[column]
    missing = groups.isna().to_numpy()
    if missing.all():
        return None
    codes = pd.factorize(groups, sort=True)[0]
    codes[missing] = codes.max() + 1 + np.arange(missing.sum())
    return codes


def labelled(catalog: Catalog, task: Task) -> np.ndarray:
    """Return whether each clip has a label of the task, ``[clips]`` booleans."""
    return catalog.frame[f"label:{task.name}"].notna().to_numpy()
