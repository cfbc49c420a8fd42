"""The table ``noise``: what training alone again, with another seed, changes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from harness.analysis.pairing import Tables, mains, task_scores

KEYS = ["task", "feature", "model", "metric"]


def noise(tables: Tables) -> pd.DataFrame:
    """Return columns ``task, feature, model, metric, sd, n``; no row for what was trained with one seed.

    ``sd`` is the root mean square of the differences between single runs of the same fold and different seeds
    (``n`` such pairs of runs): the spread of one difference when there is nothing to gain, as in the mean of ``n``
    differences that a gain is. Unit: the metric's.
    """
    rows = mains(tables)
    alone = rows.loc[rows["group_size"] == 1, ["cell_id", "feature", "model"]]
    scores = task_scores(tables).merge(alone, on="cell_id")
    pairs = scores.merge(scores, on=[*KEYS, "fold"], suffixes=("", "_other"))
    pairs = pairs[pairs["seed"] < pairs["seed_other"]]
    squared = (pairs["value"] - pairs["value_other"]).astype(float) ** 2
    grouped = squared.groupby([pairs[key] for key in KEYS])
    return pd.DataFrame({"sd": np.sqrt(grouped.mean()), "n": grouped.size()}).reset_index()
