"""The table ``predicted_gains``, and how good such predictions were on tasks that were not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from harness.analysis.design import Design
from harness.analysis.outside.read import matching
from harness.analysis.prediction.conformal import tasks_needed
from harness.analysis.prediction.known import new_pairs
from harness.analysis.prediction.left_out import LeftOut, coverage, error_unseen, interval_of, leave_out
from harness.analysis.skill import DRAWS, Skill, known_columns, skill
from harness.errors import DataError

NO_INTERVAL = "no interval: {confidence:g} % needs {needed} tasks, found {found}"
BOTH_NEW = "both tasks are new: the guarantee is for one new task"


@dataclass(frozen=True)
class Prediction:
    """``table`` is ``predicted_gains`` without ``study_id``; without numbers where ``declined``. ``words`` say how
    good such predictions were on unseen tasks."""

    table: pd.DataFrame
    declined: bool
    words: str
    columns: tuple[str, ...]


def predict(
    design: Design,
    tasks: Sequence[str],
    *,
    patterns: Sequence[str] = (),
    confidence: float = 0.8,
    draws: int = DRAWS,
    seed: int = 0,
) -> Prediction:
    """Return the predicted gain of each directed pair of ``tasks`` that was not measured.

    It declines when the predictors' R² with each main task left out in turn is not above the 95th percentile of
    ``draws`` draws of as many random features.

    Raises:
        DataError: a task without statistics, no pair to predict, or no feature that is known for all of them.
    """
    pairs = new_pairs(design, tasks)
    if pairs.empty:
        raise DataError(f"all pairs of {', '.join(tasks)} were measured: there is nothing to predict")
    features = design.features.reindex(pd.MultiIndex.from_frame(pairs[["main", "partner"]]))
    columns = _columns(design, features, patterns)
    found = skill(design, columns, scheme="leave_main_out", draws=draws, seed=seed)
    shared: dict[str, Any] = {
        "target": design.target,
        "confidence": confidence,
        "n_tasks": design.n_tasks,
        "r2_unseen": found.value,
        "r2_random_p95": found.random_p95,
    }
    if not found.above_random:
        note = "declined: not above the 95th percentile of random features on unseen main tasks"
        empty = pairs.assign(gain=np.nan, ci_low=np.nan, ci_high=np.nan, **shared, note=note)
        return Prediction(empty, True, _declined(design, found), tuple(columns))
    left = leave_out(design, columns, features[columns].to_numpy(float))
    held, judged = coverage(left, confidence)
    numbers = [_row(left, kind, at, confidence) for at, kind in enumerate(pairs["kind"])]
    table = pd.concat([pairs, pd.DataFrame(numbers)], axis=1).assign(**shared, coverage_unseen=held)
    return Prediction(table, False, _said(design, found, left, held, judged, confidence), tuple(columns))


def _columns(design: Design, features: pd.DataFrame, patterns: Sequence[str]) -> list[str]:
    asked = matching(list(design.predictors), list(patterns))
    varying = known_columns(design, asked)
    found = [name for name in varying if np.isfinite(features[name].to_numpy(float)).all()]
    if not found:
        raise DataError(
            f"of {len(design.predictors)} pair features, {len(asked)} are asked for, {len(varying)} vary over the"
            " measured pairs, and none of these is known for all the pairs to predict: all studies must have the"
            " same statistics"
        )
    return found


def _row(left: LeftOut, kind: str, at: int, confidence: float) -> dict[str, object]:
    low, high = interval_of(left, kind, at, confidence)
    note = BOTH_NEW if kind == "new_both" else ""
    if not np.isfinite([low, high]).all():
        low = high = float("nan")
        note = NO_INTERVAL.format(
            confidence=100 * confidence, needed=tasks_needed(confidence), found=len(np.unique(left.main))
        )
    return {
        "gain": float(left.by_all[len(left.gain) + at]),
        "ci_low": low,
        "ci_high": high,
        "note": note or None,
    }


def _said(design: Design, found: Skill, left: LeftOut, held: float, judged: int, confidence: float) -> str:
    rivals = f"{found.random_p95:.2f} at the 95th percentile of {len(found.random)} draws"
    sentence = (
        f"On main tasks that were not seen, such predictions had R² {found.value:.2f} (random features: {rivals})"
        f" and a mean error of {error_unseen(left):.3g}, where gains have a standard deviation of"
        f" {design.frame['gain'].std():.3g}; {len(design.frame)} pairs of {design.n_tasks} tasks."
    )
    if judged:
        level, share = f"{100 * confidence:g} %", f"{100 * held:.0f} %"
        sentence += f" The {level} intervals held {share} of {judged} gains of main tasks left out."
    return sentence


def _declined(design: Design, found: Skill) -> str:
    counted = f"{len(design.frame)} pairs of {design.n_tasks} tasks"
    if not np.isfinite(found.value):
        return (
            f"No prediction: {counted} are too few to tell how good one would be on tasks that were not seen."
        )
    rivals = f"{found.random_p95:.2f} at the 95th percentile of {len(found.random)} draws"
    return (
        f"No prediction: on main tasks that were not seen, R² is {found.value:.2f}, and random features reach"
        f" {rivals} ({counted}). What is known of the tasks does not tell their gains; measure the pairs."
    )
