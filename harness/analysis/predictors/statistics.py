"""From values that were measured in every run to statistics of tasks: level, value and reliability."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from harness.analysis.pairing import mains
from harness.analysis.predictors.reliability import icc

STATISTICS = ["task", "statistic", "value", "unit", "reliability"]
Tables = Mapping[str, pd.DataFrame]


def single_runs(tables: Tables) -> pd.DataFrame:
    """Return the single-task runs that are done: ``run_id, feature, model``."""
    cells = mains(tables)
    cells = cells.loc[cells["group_size"] == 1, ["cell_id", "feature", "model"]]
    done = tables["runs"].loc[tables["runs"]["status"] == "done", ["run_id", "cell_id"]]
    return done.merge(cells, on="cell_id").drop(columns="cell_id")


def single_curves(tables: Tables) -> pd.DataFrame:
    """Return the curves of :func:`single_runs` in the order of their steps, with ``feature`` and ``model``."""
    curves = tables["curves"].drop(columns="cell_id")
    return curves.merge(single_runs(tables), on="run_id").sort_values("step", kind="stable")


def levelled(values: pd.Series, settings: pd.DataFrame) -> pd.Series:
    """Return the values with the mean of each setting (feature and model) taken out, and the grand mean put back.

    What a feature or model does to all tasks alike is no statistic of a task.
    """
    keys = [settings["feature"].astype(object), settings["model"].astype(object)]
    return values - values.groupby(keys, dropna=False).transform("mean") + values.mean()


def summarised(
    runs: pd.DataFrame, units: Mapping[str, str], tasks: Sequence[str], summary: Callable[[pd.Series], float]
) -> pd.DataFrame:
    """Return a row a task and statistic (``STATISTICS``) from a row a run.

    ``runs`` has ``task, feature, model`` and a column a statistic named in ``units``. The value is the
    ``summary`` over the levelled runs, the reliability their ICC(1,1); a task without a run has a null.
    """
    frames = [pd.DataFrame(columns=STATISTICS)] if runs.empty else []
    for statistic, unit in units.items() if len(runs) else ():
        known = (
            runs[["task", "feature", "model", statistic]]
            .replace([np.inf, -np.inf], np.nan)
            .dropna(subset=[statistic])
        )
        value = levelled(known[statistic], known)
        values = value.groupby(known["task"]).agg(summary).reindex(list(tasks))
        row = {"task": values.index, "statistic": statistic, "value": values.to_numpy(float), "unit": unit}
        frames.append(pd.DataFrame(row | {"reliability": icc(value, known["task"])}))
    return pd.concat(frames, ignore_index=True)[STATISTICS]
