"""From statistics of tasks to features of directed pairs."""

from __future__ import annotations

import pandas as pd

COLUMNS = ["main", "partner", "predictor", "value"]


def pairwise(statistics: pd.DataFrame) -> pd.DataFrame:
    """Return three features a statistic and directed pair of tasks.

    ``<statistic>_main`` and ``<statistic>_partner`` are the statistic of either task,
    ``<statistic>_difference`` is main minus partner. ``statistics`` has the columns ``task, statistic,
    value``.
    """
    single = statistics[["task", "statistic", "value"]]
    both = single.merge(single, on="statistic", suffixes=("_main", "_partner"))
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
            }
        )
        for side, value in values.items()
    ]
    return pd.concat(frames).sort_values(["main", "partner"], kind="stable", ignore_index=True)[COLUMNS]
