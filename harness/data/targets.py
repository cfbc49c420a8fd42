"""Labels as numbers: what losses and metrics take."""

from __future__ import annotations

import numpy as np
import pandas as pd

from harness.records import Task

#: The target of a clip without a label of a multiclass task; the other kinds have NaN.
MISSING = -1


def encode_targets(task: Task, labels: pd.Series) -> np.ndarray:
    """Return the targets of a catalog's ``label:<task>`` column.

    multiclass: ``[clips]`` int64, the class's place in ``task.classes``, -1 where missing. binary:
    ``[clips]`` float32, 1 for ``task.classes[1]``, 0 for the other. multilabel: ``[clips, classes]``
    float32 of 0 and 1. regression: ``[clips]`` float32. Missing ones of these are NaN.
    """
    if task.kind == "regression":
        return labels.to_numpy(dtype=np.float32)
    classes = task.classes or ()
    if task.kind == "multilabel":
        return np.array([_indicator(classes, value) for value in labels], dtype=np.float32).reshape(
            -1, len(classes)
        )
    codes = pd.Categorical(labels, categories=list(classes)).codes.astype(np.int64)
    if task.kind == "multiclass":
        return codes
    return np.where(codes < 0, np.nan, codes).astype(np.float32)


def _indicator(classes: tuple[str, ...], value: object) -> np.ndarray:
    if not isinstance(value, (list, np.ndarray)):
        return np.full(len(classes), np.nan)
    return np.isin(np.array(classes, dtype=object), list(value))
