"""What predictors must beat: predictions and features that know nothing but gains, or who is in a pair."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from harness.analysis.design import Design
from harness.analysis.estimators import Fit
from harness.analysis.schemes import Scheme

#: What a pair feature makes of the numbers of both tasks, beside each of them.
Relation = Callable[[np.ndarray, np.ndarray], np.ndarray]


def held_out(fit: Fit, x: np.ndarray, y: np.ndarray, scheme: Scheme, mains: np.ndarray) -> np.ndarray:
    """Return ``[rounds, draws, pairs]``: every pair's prediction by a model that was not shown it, by the
    scheme; NaN for pairs that it does not test.

    ``x [draws, pairs, columns]``, ``y`` and ``mains`` ``[pairs]``; selection keeps mains together.
    """
    predicted = np.full((len(scheme.rounds), len(x), len(y)), np.nan)
    for found, folds in zip(predicted, scheme.rounds, strict=True):
        for train, test in folds:
            found[:, test] = fit(x[:, train], y[train], mains[train], x[:, test])
    return predicted


def majority(y: np.ndarray, scheme: Scheme) -> np.ndarray:
    """Return ``[rounds, 1, pairs]``: the mean of the training pairs (for signs: the share of positive ones)."""
    predicted = np.full((len(scheme.rounds), 1, len(y)), np.nan)
    for found, folds in zip(predicted, scheme.rounds, strict=True):
        for train, test in folds:
            found[0, test] = y[train].mean()
    return predicted


def main_task_mean(y: np.ndarray, scheme: Scheme, mains: np.ndarray) -> np.ndarray | None:
    """Return ``[rounds, 1, pairs]``: the mean of the same main's training pairs; ``None`` where some main of a
    test pair is in no training pair as a main (then there is nothing to take the mean of)."""
    predicted = np.full((len(scheme.rounds), 1, len(y)), np.nan)
    for found, folds in zip(predicted, scheme.rounds, strict=True):
        for train, test in folds:
            means = pd.Series(y[train]).groupby(mains[train]).mean().reindex(mains[test]).to_numpy(float)
            if np.isnan(means).any():
                return None
            found[0, test] = means
    return predicted


def task_identities(design: Design) -> np.ndarray:
    """Return ``[1, pairs, 2 × tasks]``: who is the main, and who the partner, one column a task each."""
    ends = [design.frame[end].to_numpy()[:, None] == np.array(design.tasks) for end in ("main", "partner")]
    return np.hstack(ends).astype(float)[None]


def random_features(
    frame: pd.DataFrame, n_columns: int, draws: int, seed: int, relation: Relation = np.subtract
) -> Iterator[np.ndarray]:
    """Yield ``[pairs, columns]`` of features that know nothing but which tasks a pair has.

    Each task draws log-normal numbers; a pair has those of its main, of its partner, and their ``relation``
    (their difference).
    """
    tasks = pd.Index(sorted(set(frame["main"]) | set(frame["partner"])))
    main, partner = tasks.get_indexer(frame["main"]), tasks.get_indexer(frame["partner"])
    generator = np.random.default_rng(seed)
    for _ in range(draws):
        numbers = generator.lognormal(size=(len(tasks), -(-n_columns // 3)))
        parts = [numbers[main], numbers[partner], relation(numbers[main], numbers[partner])]
        yield np.hstack(parts)[:, :n_columns]


def relation_of(columns: list[str]) -> Relation:
    """Return the relation that random features imitate: a ratio where the columns have one."""
    return np.divide if any(name.endswith("_ratio") for name in columns) else np.subtract
