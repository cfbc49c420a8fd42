"""From statistics of tasks to features of directed pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd

COLUMNS = ["main", "partner", "predictor", "value", "reliability"]


def pairwise(statistics: pd.DataFrame) -> pd.DataFrame:
    """Return three features a statistic and directed pair of tasks.

    ``<statistic>_main`` and ``<statistic>_partner`` are the statistic of either task,
    ``<statistic>_difference`` is main minus partner. ``statistics`` has the columns ``task, statistic, value``
    and may have ``reliability``, which all three take over: the difference of two tasks' values that were
    measured apart has twice the variance between tasks and twice that between runs.
    """
    single = statistics.reindex(columns=["task", "statistic", "value", "reliability"])
    both = single.merge(single.drop(columns="reliability"), on="statistic", suffixes=("_main", "_partner"))
    both = both[both["task_main"] != both["task_partner"]]
    values = {
        "main": both["value_main"],
        "partner": both["value_partner"],
        "difference": both["value_main"] - both["value_partner"],
    }
    frames = [
        pd.DataFrame(
            {
                "main": both["task_main"],
                "partner": both["task_partner"],
                "predictor": both["statistic"] + f"_{side}",
                "value": value,
                "reliability": both["reliability"].astype(float) if len(both) else np.nan,
            }
        )
        for side, value in values.items()
    ]
    return pd.concat(frames).sort_values(["main", "partner"], kind="stable", ignore_index=True)[COLUMNS]
