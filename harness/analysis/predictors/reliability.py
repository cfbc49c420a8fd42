"""How far a statistic that is measured anew in every run belongs to the task."""

from __future__ import annotations

import numpy as np
import pandas as pd


def icc(values: pd.Series, tasks: pd.Series) -> float:
    """Return the intraclass correlation of single runs, ICC(1,1): tasks are the targets, runs the
    repetitions.

    ``(MSB - MSW) / (MSB + (k - 1) · MSW)`` from the one-way analysis of variance (Shrout and Fleiss 1979,
    "Intraclass correlations", Psychological Bulletin 86); with unequal numbers of runs ``k_i`` of ``n``
    tasks, ``k = (Σ k_i - Σ k_i² / Σ k_i) / (n - 1)``. One means that runs of a task agree and tasks differ,
    zero or less that tasks differ no more than runs. NaN for fewer than two tasks, or where no task has a
    second run.
    """
    frame = pd.DataFrame({"value": values.to_numpy(float), "task": tasks.to_numpy()}).dropna()
    groups = frame.groupby("task")["value"]
    sizes = groups.size().to_numpy(float)
    n, total = len(sizes), float(sizes.sum())
    if n < 2 or total <= n:
        return float("nan")
    means = groups.mean().to_numpy(float)
    between = float((sizes * (means - frame["value"].mean()) ** 2).sum()) / (n - 1)
    within = float(((frame["value"] - groups.transform("mean")) ** 2).sum()) / (total - n)
    k = (total - float((sizes**2).sum()) / total) / (n - 1)
    spread = between + (k - 1) * within
    return float(np.nan) if spread == 0 else (between - within) / spread
