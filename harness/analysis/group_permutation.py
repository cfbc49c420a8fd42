"""Correlations of predicted with measured gains in groups, and their p by permuting tasks in the pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from harness.analysis.design import spread
from harness.analysis.patterns import MIN_PAIRS, MIN_TASKS, STATISTICS, Statistic, smallest_p
from harness.analysis.permutation import task_permutations
from harness.analysis.settings import within

SHARED = "groups and pairs subtract the same single scores, which alone correlates them"


def noted(*parts: str | None) -> str | None:
    """Return the parts that say something, as one note."""
    return "; ".join(part for part in parts if part) or None


def correlations(known: pd.DataFrame, pairs: pd.Series, seed: int) -> list[dict[str, Any]]:
    """Return the rows of the correlations of ``predicted`` with ``gain``, with and without main effects.

    ``known`` has ``main``, ``partners`` (a tuple), ``gain`` and ``predicted``; ``pairs`` is the gain by main
    and partner. p: the tasks of ``pairs`` are permuted, rows and columns together, each group's prediction is
    made anew from the pairs that then stand in its place, and the share of correlations at least as large is
    taken, the observed one counted in (the quadratic assignment procedure, see
    :func:`harness.analysis.permutation.node_permutation`).
    """
    rows: list[dict[str, Any]] = []
    for suffix, note in (("", SHARED), ("_within_main", "")):
        frame = within(known, ["gain", "predicted"]) if suffix else known
        tasks = sorted({*frame["main"], *(task for group in frame["partners"] for task in group)})
        empty: dict[str, Any] = {"value": np.nan, "p": np.nan, "n": len(frame)}
        if len(frame) < MIN_PAIRS or len(tasks) < MIN_TASKS:
            empty["note"] = f"too few: {len(frame)} gains in larger groups"
            rows += [{"statistic": f"{name}{suffix}"} | empty for name in STATISTICS]
            continue
        drawn = _permuted(frame, tasks, pairs, centred=bool(suffix), seed=seed)
        said = empty | {"note": noted(note, smallest_p(len(tasks)))}
        rows += [
            {"statistic": f"{name}{suffix}"} | said | _correlation(frame, drawn, statistic)
            for name, statistic in STATISTICS.items()
        ]
    return rows


def _correlation(frame: pd.DataFrame, drawn: np.ndarray, statistic: Statistic) -> dict[str, Any]:
    gain = frame["gain"].to_numpy(float)
    value = float(statistic(frame["predicted"].to_numpy(float)[None], gain)[0])
    if not np.isfinite(value) or spread(gain) == 0:
        return {"note": "no variance"}
    return {"value": value, "p": _p(value, statistic(drawn, gain))}


def _permuted(
    frame: pd.DataFrame, tasks: list[str], pairs: pd.Series, *, centred: bool, seed: int
) -> np.ndarray:
    """Return ``[permutations, rows]``: every row's prediction from pairs whose tasks are permuted.

    NaN where a pair that it would take was not measured. The identity is left out.
    """
    place = {task: number for number, task in enumerate(tasks)}
    matrix = np.full((len(tasks), len(tasks)), np.nan)
    table = pairs.rename("gain").reset_index()
    table = table[table["main"].isin(tasks) & table["partner"].isin(tasks)]
    matrix[table["main"].map(place), table["partner"].map(place)] = table["gain"]
    orders, _ = task_permutations(len(tasks), seed)
    orders = orders[(orders != np.arange(len(tasks))).any(axis=1)]
    mains = frame["main"].map(place).to_numpy(int)
    partners = [[place[task] for task in group] for group in frame["partners"]]
    rows = zip(mains, partners, strict=True)
    drawn = np.stack([matrix[orders[:, [m]], orders[:, p]].mean(axis=1) for m, p in rows], axis=1)
    return _less_main(drawn, mains) if centred else drawn


def _less_main(drawn: np.ndarray, mains: np.ndarray) -> np.ndarray:
    """Return ``[permutations, rows]`` less the mean over the rows of the same main task."""
    same = (mains[:, None] == mains[None, :]).astype(float)
    known = np.isfinite(drawn)
    n: np.ndarray = known @ same
    return np.asarray(drawn - np.where(known, drawn, 0.0) @ same / np.maximum(n, 1))


def _p(value: float, drawn: np.ndarray) -> float:
    """Return the share of correlations at least as large as ``value``, itself counted in; NaN without any."""
    known = drawn[np.isfinite(drawn)]
    if not len(known):
        return float("nan")
    return float((np.abs(known) >= abs(value) - 1e-12).sum() + 1) / (len(known) + 1)
