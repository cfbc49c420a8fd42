"""What an analysis found, in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from harness.analysis.protocols.bingel2017 import ESTIMATOR
from harness.analysis.scores import LESS_IS_BETTER, f1

#: The schemes that judge on tasks that were never seen as a main, or not at all.
UNSEEN = ("leave_main_out", "no_shared_task")
P95 = "random_features_p95"


def counted(gains: pd.DataFrame) -> dict[str, object]:
    """Return how many gains there are, how many are positive, and the F1 of calling all of them positive."""
    gain = gains["gain"].to_numpy(float)
    positive = (gain > 0).astype(float)
    return {
        "pairs": len(gain),
        "tasks": len(set(gains["main"]) | set(gains["partners"].str[0])),
        "positive": int(positive.sum()),
        "all_positive_f1": float(f1(positive, np.ones((1, len(gain))), gain)[0]),
    }


def sentences(predictability: pd.DataFrame) -> list[str]:
    """Return a sentence a predictor set: do its predictors beat random features on tasks left out?

    Judged are the metrics of ridge and logistic regression under leave_main_out and no_shared_task, each
    against the 95th percentile of random features; "beat" is more than half of them.
    """
    if predictability.empty:
        return ["Predictability was not judged: too few pairs or mains, or no predictor."]
    judged = predictability[(predictability["baseline"] == P95) & predictability["scheme"].isin(UNSEEN)]
    judged = judged.dropna(subset=["value", "baseline_value"])
    said = [_of_set(str(name), rows) for name, rows in judged.groupby("predictors", sort=False)]
    protocol = predictability[predictability["estimator"] == ESTIMATOR]
    return said + [_of_protocol(str(name), rows) for name, rows in protocol.groupby("predictors", sort=False)]


def _of_set(name: str, rows: pd.DataFrame) -> str:
    won = int(rows_better(rows).sum())
    verb = "beat" if 2 * won > len(rows) else "do not beat"
    return (
        f"On tasks left out, the predictors of {name} {verb} random features: above the 95th percentile of random"
        f" draws in {won} of {len(rows)} comparisons."
    )


def _of_protocol(name: str, rows: pd.DataFrame) -> str:
    own = rows[rows["metric"] == "f1"].set_index("baseline")
    beaten = {str(name): float(found) for name, found in own["baseline_value"].items()}
    notes = {str(name): str(note) for name, note in own["note"].items()}
    value = float(own["value"].iloc[0])
    verb = "beat" if value > beaten[P95] else "do not beat"
    return (
        f"Under the published protocol, whose test pairs share their tasks with training pairs, the predictors of"
        f" {name} (F1 {value:.3f}) {verb} as many random numbers a task (F1 {beaten['random_features']:.3f});"
        f" main-task identity alone has F1 {beaten['main_identity']:.3f}, and 14 random numbers a task have"
        f" {beaten['random_features_14']:.3f} ({notes['random_features_14']})."
    )


def rows_better(rows: pd.DataFrame) -> pd.Series:
    """Whether each row's value is better than its baseline."""
    sign = rows["metric"].map(lambda metric: -1.0 if metric in LESS_IS_BETTER else 1.0)
    return (rows["value"] - rows["baseline_value"]) * sign > 0


def beside(predictability: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return a table a (predictor set, scheme): one row an estimator and metric, with value and every baseline as a
    column."""
    found = {}
    for (name, scheme, published), rows in predictability.groupby(
        ["predictors", "scheme", predictability["estimator"] == ESTIMATOR], sort=False
    ):
        keys = ["estimator", "metric", "value"]
        wide = rows.assign(value=rows["value"].astype(float)).pivot_table(
            index=keys, columns="baseline", values="baseline_value", sort=False, dropna=False, aggfunc="first"
        )
        wide = wide.reindex(columns=list(dict.fromkeys(rows["baseline"]))).dropna(how="all").reset_index()
        found[f"{name}, {scheme}{', the published protocol' if published else ''}"] = wide
    return found
