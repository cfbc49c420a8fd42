"""What the regressions see: one row a directed pair, its gain and its predictors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

#: Which pair features come first where there are too few tasks for all of them. The order is fixed by the
#: literature, never by the gains at hand: Bingel and Søgaard 2017 found the main task's curve gradients and
#: the partner's label entropy most telling; Martínez Alonso and Plank 2017 the partner's label entropy; data
#: size is the first thing asked.
SHORT_LIST = (
    "loss_grad_30_main",
    "label_entropy_partner",
    "n_clips_difference",
    "loss_grad_50_partner",
    "curve_b_main",
    "curve_b_partner",
    "label_kurtosis_partner",
    "duration_total_s_difference",
)


@dataclass(frozen=True)
class Design:
    """Directed pairs with a measured gain.

    ``frame`` has ``main``, ``partner``, ``gain`` and one column a predictor (NaN where it is not known);
    ``predictors`` names those columns; ``features`` holds them for every directed pair, measured or not.
    ``target`` is ``gain`` or ``gain_relative``; ``note`` says what the reader must know about it.
    ``dataset_of`` gives the data set of a task, where it is known.
    """

    frame: pd.DataFrame
    predictors: tuple[str, ...]
    features: pd.DataFrame
    target: str
    note: str
    dataset_of: Mapping[str, str] = field(default_factory=dict)

    @property
    def tasks(self) -> list[str]:
        """Distinct tasks among mains and partners, sorted."""
        return sorted(set(self.frame["main"]) | set(self.frame["partner"]))

    @property
    def n_tasks(self) -> int:
        """Distinct tasks among mains and partners: the effective sample."""
        return len(self.tasks)


def make_design(
    gains: pd.DataFrame, pair_features: pd.DataFrame, dataset_of: Mapping[str, str] | None = None
) -> Design:
    """Return the design: measured gains of pairs (no placebo, no larger groups), with their pair features.

    A directed pair that was measured with several features, models or combiners counts once, with its mean
    gain. Where main tasks have different metrics, relative gains are taken, because absolute ones have no
    common unit.
    """
    known = dict(dataset_of or {})
    pairs = gains[gains["gain"].notna()] if len(gains) else gains
    if len(pairs):
        pairs = pairs[~pairs["placebo"].astype(bool) & (pairs["partners"].map(len) == 1)]
    if pairs.empty:
        return Design(
            pd.DataFrame(columns=["main", "partner", "gain"]), (), pd.DataFrame(), "gain", "", known
        )
    target = "gain" if pairs["metric"].nunique() == 1 else "gain_relative"
    notes = [] if target == "gain" else ["relative gains, as the main tasks have different metrics"]
    n_settings = len(pairs[["feature", "model", "combiner"]].drop_duplicates())
    if n_settings > 1:
        notes.append(f"mean over {n_settings} settings of feature, model and combiner")
    named = pairs.assign(partner=pairs["partners"].str[0])
    measured = named.groupby(["main", "partner"])[[target]].mean().reset_index()
    measured = measured.rename(columns={target: "gain"}).dropna(subset=["gain"])
    names = tuple(dict.fromkeys(pair_features["predictor"])) if len(pair_features) else ()
    features = pair_features.pivot_table(
        index=["main", "partner"], columns="predictor", values="value", dropna=False
    )
    features = features.reindex(columns=list(names)).replace([np.inf, -np.inf], np.nan)
    frame = measured.merge(features, left_on=["main", "partner"], right_index=True, how="left")
    return Design(frame.reset_index(drop=True), names, features, target, "; ".join(notes), known)


def usable(frame: pd.DataFrame, predictors: tuple[str, ...]) -> list[str]:
    """Return the predictors that are known for every pair and vary, in their own order."""
    values = frame[list(predictors)]
    return [
        name for name in predictors if values[name].notna().all() and spread(values[name].to_numpy(float)) > 0
    ]


def spread(values: np.ndarray) -> float:
    """Return the standard deviation, or zero where it is no more than rounding, or there are no values."""
    if values.size == 0:
        return 0.0
    deviation = float(np.std(values))
    return deviation if deviation > 1e-12 * max(1.0, float(np.abs(values).max())) else 0.0


def chosen_terms(design: Design) -> tuple[list[str], str]:
    """Return the terms that the number of tasks allows, one for every three, and a note if some are left out.

    The short list comes first, then the other predictors in their own order; gains are not looked at.
    """
    candidates = usable(design.frame, design.predictors)
    allowed = max(1, (design.n_tasks - 1) // 3)
    ordered = [name for name in SHORT_LIST if name in candidates]
    ordered += [name for name in candidates if name not in ordered]
    if len(ordered) <= allowed:
        return ordered, ""
    note = (
        f"{allowed} of {len(ordered)} predictors, as {design.n_tasks} tasks allow, by a list fixed beforehand"
    )
    return ordered[:allowed], note
