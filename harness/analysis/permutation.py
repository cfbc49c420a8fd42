"""Correlations of a predictor with the gain, and p values from permuting tasks rather than pairs."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
from scipy import stats

#: Random permutations, and the most tasks for which all permutations are gone through instead (7! = 5,040).
PERMUTATIONS, EXACT_TASKS = 5000, 7


def task_permutations(n_tasks: int, seed: int, draws: int = PERMUTATIONS) -> tuple[np.ndarray, bool]:
    """Return ``[permutations, tasks]`` and whether they are all there are (then the identity is first)."""
    if n_tasks <= EXACT_TASKS:
        return np.array(list(itertools.permutations(range(n_tasks)))), True
    generator = np.random.default_rng(seed)
    return generator.permuted(np.tile(np.arange(n_tasks), (draws, 1)), axis=1), False


def pearson(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the correlation of every row of ``x [rows, pairs]`` with ``y [pairs]``; NaN if constant."""
    keep = np.isfinite(x)
    if keep.all():
        return _pearson(x, y)
    n = keep.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        dx = np.where(keep, x - np.where(keep, x, 0).sum(axis=1, keepdims=True) / n, 0)
        dy = np.where(keep, y - np.where(keep, y, 0).sum(axis=1, keepdims=True) / n, 0)
        scale = np.sqrt((dx**2).sum(axis=1) * (dy**2).sum(axis=1))
        size = np.abs(np.where(keep, x, 0)).max(axis=1, initial=0) * np.sqrt(n[:, 0])
        flat = np.sqrt((dx**2).sum(axis=1)) <= 1e-12 * size
        return np.where(flat, np.nan, (dx * dy).sum(axis=1) / scale)


def _pearson(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the correlation of every row, where nothing is missing."""
    if not x.shape[1]:
        return np.full(len(x), np.nan)
    size = np.abs(x).max(axis=1, initial=0) * np.sqrt(x.shape[1])
    dx, dy = x - x.mean(axis=1, keepdims=True), y - y.mean()
    deviation = np.sqrt(np.einsum("ij,ij->i", dx, dx))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(deviation <= 1e-12 * size, np.nan, dx @ dy / deviation / np.sqrt(dy @ dy)))


def spearman(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return Spearman's rank correlation of every row of ``x [rows, pairs]`` with ``y [pairs]``."""
    if np.isfinite(x).all():
        return pearson(stats.rankdata(x, axis=1), stats.rankdata(y))
    ranks = stats.rankdata(x, axis=1, nan_policy="omit")
    other = stats.rankdata(np.where(np.isfinite(x), y, np.nan), axis=1, nan_policy="omit")
    keep = np.isfinite(x)
    return np.array([pearson(r[None, k], o[k])[0] for r, o, k in zip(ranks, other, keep, strict=True)])


def node_permutation(
    statistic: Callable[[np.ndarray, np.ndarray], np.ndarray],
    predictor: np.ndarray,
    gain: np.ndarray,
    main: np.ndarray,
    partner: np.ndarray,
    seed: int,
    draws: int = PERMUTATIONS,
) -> tuple[float, float, str]:
    """Return the correlation, its two-sided node-permutation p, and how the p was made.

    ``predictor [tasks, tasks]`` holds the predictor of every directed pair; ``gain``, ``main`` and
    ``partner`` ``[pairs]`` the measured pairs (task numbers). Pairs share tasks, so the tasks' labels are
    permuted: rows and columns of the predictor's matrix together (the quadratic assignment procedure;
    Krackhardt 1988, "Predicting with networks", Social Networks 10). ``p`` is the share of permutations whose
    correlation is at least as large, the observed one counted in.
    """
    observed = float(statistic(predictor[main, partner][None], gain)[0])
    rows, exact = relabelled(main, partner, seed, draws)
    drawn = statistic(predictor[rows[:, main], rows[:, partner]], gain)
    return observed, share(drawn, observed, exact), told(len(rows), exact)


def relabelled(
    main: np.ndarray, partner: np.ndarray, seed: int, draws: int = PERMUTATIONS
) -> tuple[np.ndarray, bool]:
    """Return the task that each task number stands for, ``[permutations, tasks]``, and whether these are all.

    Only tasks of a measured pair are permuted.
    """
    tasks = np.unique(np.concatenate([main, partner]))
    permutations, exact = task_permutations(len(tasks), seed, draws)
    rows = np.tile(np.arange(int(tasks.max()) + 1), (len(permutations), 1))
    rows[:, tasks] = tasks[permutations]
    return rows, exact


def share(drawn: np.ndarray, observed: float, exact: bool) -> float:
    """Return the share of the ``drawn`` values (finite ones) that are as far from zero as the observed one.

    It is counted in, if it is not among them (``exact``).
    """
    drawn = drawn[np.isfinite(drawn)]
    hits = int((np.abs(drawn) >= abs(observed) * (1 - 1e-9) - 1e-12).sum())
    return hits / len(drawn) if exact else (hits + 1) / (len(drawn) + 1)


def told(n: int, exact: bool) -> str:
    """Return how a p was made."""
    return f"node permutation ({'all ' if exact else ''}{n})"
