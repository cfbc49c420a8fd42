"""How well gains, or their signs, were told: every metric for many predictions of the same pairs at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from scipy import stats

from harness.analysis.design import spread
from harness.analysis.permutation import pearson, spearman

#: ``(y [pairs], predicted [draws, pairs], mains [pairs]) -> [draws]``; NaN where a metric is not defined.
Metric = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def r2(y: np.ndarray, predicted: np.ndarray, mains: np.ndarray) -> np.ndarray:
    """Share of the gains' variance that is told: ``1 - sum (y - p)² / sum (y - mean y)²``; may be below 0."""
    if spread(y) == 0:
        return np.full(len(predicted), np.nan)
    return 1 - ((y - predicted) ** 2).sum(axis=1) / ((y - y.mean()) ** 2).sum()


def rank_correlation(y: np.ndarray, predicted: np.ndarray, mains: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation of gains and predictions."""
    return np.full(len(predicted), np.nan) if spread(y) == 0 else spearman(predicted, y)


def spearman_within_main(y: np.ndarray, predicted: np.ndarray, mains: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation after both are centred within the main task: who helps *this* task?

    Values that centring leaves within rounding of each other are ties.
    """
    gains = tidy(centred(y[None], mains))[0]
    if spread(gains) == 0:
        return np.full(len(predicted), np.nan)
    return pearson(stats.rankdata(tidy(centred(predicted, mains)), axis=1), stats.rankdata(gains))


def accuracy(y: np.ndarray, predicted: np.ndarray, mains: np.ndarray) -> np.ndarray:
    """Share of signs that are told."""
    return ((predicted > 0.5) == (y > 0.5)).mean(axis=1)


def f1(y: np.ndarray, predicted: np.ndarray, mains: np.ndarray) -> np.ndarray:
    """F1 of the positive gains; not defined where none is positive or predicted to be."""
    told, true = predicted > 0.5, y > 0.5
    sizes = told.sum(axis=1) + true.sum()
    return np.where(sizes > 0, 2 * (told & true).sum(axis=1) / np.maximum(sizes, 1), np.nan)


def auc(y: np.ndarray, predicted: np.ndarray, mains: np.ndarray) -> np.ndarray:
    """Probability that a positive gain is ranked above one that is not (ties count half)."""
    true = y > 0.5
    positive, negative = int(true.sum()), int((~true).sum())
    if not positive or not negative:
        return np.full(len(predicted), np.nan)
    ranks = stats.rankdata(predicted, axis=1)[:, true].sum(axis=1)
    return (ranks - positive * (positive + 1) / 2) / (positive * negative)


def brier(y: np.ndarray, predicted: np.ndarray, mains: np.ndarray) -> np.ndarray:
    """Mean squared error of the predicted probability (Brier 1950): calibration and sharpness; less is
    better."""
    return ((predicted - y) ** 2).mean(axis=1)


GAIN_METRICS: Mapping[str, Metric] = {
    "r2": r2,
    "spearman": rank_correlation,
    "spearman_within_main": spearman_within_main,
}
SIGN_METRICS: Mapping[str, Metric] = {"accuracy": accuracy, "f1": f1, "auc": auc, "brier": brier}
LESS_IS_BETTER = ("brier",)


def tidy(values: np.ndarray) -> np.ndarray:
    """Round away what is no more than rounding, so that ties are ties."""
    size = np.abs(values).max(axis=-1, keepdims=True, initial=0)
    scale = 10.0 ** np.floor(np.log10(np.where(size > 0, size, 1.0)))
    return np.where(size > 1e-12, np.round(values / scale, 10), 0.0)


def centred(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return ``values [draws, pairs]`` minus the mean of their group, ``groups [pairs]``."""
    found = values.astype(float).copy()
    for group in set(groups):
        inside = groups == group
        found[:, inside] -= values[:, inside].mean(axis=1, keepdims=True)
    return found
