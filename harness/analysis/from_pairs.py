"""The tables ``group_predictions`` and ``groups_from_pairs``: do pairs tell about larger groups?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from harness.analysis.group_permutation import correlations, noted
from harness.analysis.settings import SETTING, measured, one_scale
from harness.seeds import derive_seed

KEYS = ["main", *SETTING]
PREDICTIONS = (
    "cell_id", "main", "partners", *SETTING, "metric", "gain", "predicted", "gain_relative",
    "predicted_relative", "n_pairs",
)  # fmt: skip
COLUMNS = ("statistic", "value", "p", "n", "note")


def group_predictions(gains: pd.DataFrame) -> pd.DataFrame:
    """Return one row a main task in a group of three or more, without ``study_id``.

    ``predicted`` is the mean of the gains that the main task has in a pair with each partner of the group, in
    the same feature, model and combiner (Standley et al. 2020, "Which Tasks Should Be Learned Together in
    Multi-task Learning?", ICML, the higher-order approximation: a task's performance in a larger network is
    taken for its average over the networks of two). It is null unless all of these pairs were measured;
    ``n_pairs`` says how many were.
    """
    if gains.empty:
        return pd.DataFrame(columns=list(PREDICTIONS))
    known = measured(gains)
    pairs, groups = known[known["partner"].notna()], known[known["partners"].map(len) > 1]
    if groups.empty:
        return pd.DataFrame(columns=list(PREDICTIONS))
    values = ["gain", "gain_relative"]
    by_pair = pairs.groupby([*KEYS, "partner"], dropna=False)[values].mean().add_prefix("pair_").reset_index()
    each = groups[["cell_id", *KEYS, "partners"]].explode("partners").rename(columns={"partners": "partner"})
    joined = each.merge(by_pair, on=[*KEYS, "partner"], how="left").groupby(["cell_id", "main"])
    of_pairs = joined[["pair_gain", "pair_gain_relative"]]
    means = of_pairs.mean().where(of_pairs.count().eq(joined.size(), axis=0))
    means = means.assign(n_pairs=joined["pair_gain"].count()).reset_index()
    means = means.rename(columns={"pair_gain": "predicted", "pair_gain_relative": "predicted_relative"})
    return groups.merge(means, on=["cell_id", "main"])[list(PREDICTIONS)].reset_index(drop=True)


def groups_from_pairs(gains: pd.DataFrame, predictions: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Return how well ``predictions`` (of :func:`group_predictions`) tell the measured gains.

    A main task in a group counts once, with its means over settings. Correlations have a p by permuting the
    tasks of the pairs' matrix, rows and columns together, so that each group's prediction is made from other
    pairs; errors are of predicted less measured, and ``mae_of_zero`` and ``rmse_of_zero`` those of saying that
    no group gains. ``_within_main``: of values less their main task's mean.
    """
    target, note = one_scale(predictions)
    measures = {"gain": target, "predicted": "predicted" if target == "gain" else "predicted_relative"}
    if predictions.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    known = _once(predictions, measures)
    alone = measured(gains)
    pairs = alone[alone["partner"].notna()].groupby(["main", "partner"])[target].mean()
    rows = correlations(known, pairs, derive_seed(seed, "groups_from_pairs")) + _errors(known)
    rows = [row | {"note": noted(row["note"], note)} for row in rows]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _once(predictions: pd.DataFrame, measures: dict[str, str]) -> pd.DataFrame:
    """Return ``main, partners`` (a tuple), ``gain, predicted``: means over the settings that have both."""
    frame = pd.DataFrame(
        {name: pd.to_numeric(predictions[column], errors="coerce") for name, column in measures.items()}
    ).astype(float)
    partners = [tuple(sorted(found)) for found in predictions["partners"]]
    frame = frame.assign(main=predictions["main"], partners=pd.Series(partners, frame.index, dtype=object))
    known = np.isfinite(frame["gain"]) & np.isfinite(frame["predicted"])
    return frame[known].groupby(["main", "partners"])[["gain", "predicted"]].mean().reset_index()


def _errors(known: pd.DataFrame) -> list[dict[str, Any]]:
    n, gain = len(known), known["gain"].to_numpy(float)
    error = known["predicted"].to_numpy(float) - gain
    values = {
        "mae": np.abs(error), "rmse": error**2, "bias": error, "mae_of_zero": np.abs(gain),
        "rmse_of_zero": gain**2,
    }  # fmt: skip
    why = "" if n else "no group whose pairs were all measured"
    means = {name: float(found.mean()) if n else np.nan for name, found in values.items()}
    return [
        {"statistic": name, "value": mean**0.5 if "rmse" in name else mean, "p": np.nan, "n": n, "note": why}
        for name, mean in means.items()
    ]
