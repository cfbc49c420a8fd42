"""Predictions by models that have not seen one task, or two."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from harness.analysis.design import Design
from harness.analysis.estimators import ridge
from harness.analysis.prediction.conformal import interval

#: A model is fitted to no fewer pairs.
MIN_PAIRS = 4


@dataclass(frozen=True)
class LeftOut:
    """``without [tasks, tasks, pairs]``: what a model that saw neither of two tasks says of every pair (the
    diagonal: of one task), measured pairs first and new ones after them; ``by_all [pairs]`` by a model that saw all.

    ``main [measured]`` and ``partner [measured]`` are positions in ``tasks``; ``gain [measured]``.
    """

    tasks: tuple[str, ...]
    main: np.ndarray
    partner: np.ndarray
    gain: np.ndarray
    without: np.ndarray
    by_all: np.ndarray


def leave_out(design: Design, columns: list[str], new: np.ndarray) -> LeftOut:
    """Fit ridge regressions (:func:`harness.analysis.estimators.ridge`) without each task and each two tasks.

    ``new [pairs, columns]`` are the features of new pairs. A model of too few pairs predicts NaN.
    """
    frame, tasks = design.frame, tuple(design.tasks)
    known = frame[columns].to_numpy(float)
    gain, mains = frame["gain"].to_numpy(float), frame["main"].to_numpy()
    main, partner = (np.array([tasks.index(t) for t in frame[end]]) for end in ("main", "partner"))
    every = np.vstack([known, new.reshape(-1, len(columns))])

    def fitted(keep: np.ndarray) -> np.ndarray:
        if keep.sum() < MIN_PAIRS:
            return np.full(len(every), np.nan)
        return ridge(known[None, keep], gain[keep], mains[keep], every[None])[0]

    without = np.empty((len(tasks), len(tasks), len(every)))
    for i, k in itertools.combinations_with_replacement(range(len(tasks)), 2):
        seen = np.isin(main, (i, k)) | np.isin(partner, (i, k))
        without[i, k] = without[k, i] = fitted(~seen)
    return LeftOut(tasks, main, partner, gain, without, fitted(np.ones(len(gain), dtype=bool)))


def role_of(left: LeftOut, kind: str) -> np.ndarray:
    """Return the task of each measured pair that stands for the new task: its main, or its partner."""
    return left.partner if kind == "new_partner" else left.main


def interval_of(left: LeftOut, kind: str, position: int, confidence: float) -> tuple[float, float]:
    """Return the interval of new pair ``position``: residuals of pairs whose task in the new task's role was left
    out; of pairs whose two tasks were both left out, where both tasks are new."""
    own = role_of(left, kind)
    other = left.main + left.partner - own
    second = other if kind == "new_both" else own
    rows = np.arange(len(left.gain))
    residuals = left.gain - left.without[own, second, rows]
    predicted = left.without[own, second, len(rows) + position]
    kept = np.isfinite(residuals)
    return interval(predicted[kept], residuals[kept], own[kept], confidence)


def coverage(left: LeftOut, confidence: float) -> tuple[float, int]:
    """Return the share of measured pairs that the interval for a new main holds when their main is taken for new,
    and how many pairs could be judged. Every model behind such an interval saw neither that main nor the task
    whose residuals it gives."""
    held = []
    for pair, (task, gain) in enumerate(zip(left.main, left.gain, strict=True)):
        rows = np.flatnonzero((left.main != task) & (left.partner != task))
        own = left.main[rows]
        residuals = left.gain[rows] - left.without[task, own, rows]
        kept = np.isfinite(residuals)
        if len(np.unique(own[kept])) < 2:
            continue
        predicted = left.without[task, own, pair]
        low, high = interval(predicted[kept], residuals[kept], own[kept], confidence)
        if np.isfinite([low, high]).all():
            held.append(low <= gain <= high)
    return (float(np.mean(held)) if held else float("nan")), len(held)


def error_unseen(left: LeftOut) -> float:
    """Return the mean absolute error on pairs whose main task was left out, in the unit of the gains."""
    rows = np.arange(len(left.gain))
    return float(np.nanmean(np.abs(left.gain - left.without[left.main, left.main, rows])))
