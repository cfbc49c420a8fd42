"""By which metrics a task is judged: name, which way is better, and the best value there can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

Tables = Mapping[str, pd.DataFrame]
LISTS = ("metrics", "metrics_direction", "metrics_best")


@dataclass(frozen=True)
class Yardstick:
    """A metric of a task. ``sign`` is 1 where more is better and -1 where less is; ``best`` is NaN where the metric
    has no best value, or the study does not say it (studies of before this column).
    """

    metric: str
    sign: float
    best: float


def yardsticks(tables: Tables) -> dict[str, tuple[Yardstick, ...]]:
    """Return the metrics of every task, the primary one first; of older studies the primary one alone."""
    tasks = tables["tasks"]
    primary = zip(tasks["task"], tasks["metric"], tasks["metric_direction"], strict=True)
    found: dict[str, tuple[Yardstick, ...]] = {
        task: (Yardstick(metric, _sign(direction), np.nan),) for task, metric, direction in primary
    }
    if not set(LISTS) <= set(tasks.columns):
        return found
    for task, *lists in tasks[["task", *LISTS]].itertuples(index=False):
        if all(isinstance(entry, list) and entry for entry in lists):
            found[task] = tuple(_yardstick(*one) for one in zip(*lists, strict=True))
    return found


def _yardstick(metric: str, direction: str, best: float | None) -> Yardstick:
    return Yardstick(metric, _sign(direction), np.nan if best is None else float(best))


def _sign(direction: object) -> float:
    return -1.0 if direction == "min" else 1.0


def error_reduction(gain: float, single: float, best: float) -> float:
    """Return the share of the error left alone that the group removes: ``gain / |best - single|``.

    For a metric whose best is 1 that is ``gain / (1 - single)``; for one that is minimised with best 0 it is
    ``gain / single``. NaN where there is no best, or nothing is left to gain.
    """
    left = abs(best - single)
    return gain / left if np.isfinite(left) and left > 0 else np.nan
