"""Tasks as numbers, and values of pairs as matrices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def numbered(frame: pd.DataFrame) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return the tasks in order, and the numbers of ``main`` and ``partner`` of every pair."""
    tasks = sorted(set(frame["main"]) | set(frame["partner"]))
    number = {task: i for i, task in enumerate(tasks)}
    return tasks, frame["main"].map(number).to_numpy(int), frame["partner"].map(number).to_numpy(int)


def matrix_of(values: pd.Series, tasks: Sequence[str]) -> np.ndarray:
    """Return ``[tasks, tasks]`` of a series with an index of main and partner; NaN where it has nothing."""
    return values.unstack("partner").reindex(index=list(tasks), columns=list(tasks)).to_numpy(float)
