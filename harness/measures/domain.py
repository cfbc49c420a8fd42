"""Whether a classifier can tell which of two samples a clip is from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from harness.measures.checks import matched, samples

#: Folds of the cross-validation, or as many as the side with fewer groups has groups.
FOLDS = 5

Groups = Sequence[object] | np.ndarray | None


def domain_accuracy(
    x: np.ndarray, y: np.ndarray, groups_x: Groups = None, groups_y: Groups = None, seed: int = 0
) -> float:
    """Return the balanced accuracy with which ``x`` ``[n, p]`` and ``y`` ``[m, p]`` are told apart: .5 alike, 1 apart.

    L2 logistic regression (C = 1, classes weighted) on standardised features, over the pooled predictions of a
    cross-validation in which no group (speaker, recording) is on both sides; without groups every sample is one.
    A group of the same name in ``groups_x`` and ``groups_y`` is the same group. It is a proxy of the domains'
    distance (Ben-David et al. 2010, "A theory of learning from different domains", Machine Learning 79).

    Raises:
        ValueError: fewer than 2 samples or groups in either, other features, values that are not finite.
    """
    x, y = samples(x, "x", 2), samples(y, "y", 2)
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"x and y: found {x.shape[1]} and {y.shape[1]} features, not as many")
    features = np.concatenate([x, y])
    side: np.ndarray = np.repeat([0, 1], [len(x), len(y)])
    predicted = np.full(len(side), -1)
    for train, test in _folds(side, [*_named(x, groups_x, "x"), *_named(y, groups_y, "y")], seed):
        model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced", max_iter=1000))
        predicted[test] = model.fit(features[train], side[train]).predict(features[test])
    return float(balanced_accuracy_score(side, predicted))


def _named(x: np.ndarray, groups: Groups, name: str) -> list[str]:
    if groups is None:
        return [f"{name} {i}" for i in range(len(x))]
    matched(x, np.asarray(groups), (name, f"groups_{name}"))
    return [f"group {group}" for group in groups]


def _folds(side: np.ndarray, groups: list[str], seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    fewest = min(len({g for g, s in zip(groups, side, strict=True) if s == which}) for which in (0, 1))
    if fewest < 2:
        raise ValueError(f"groups: found {fewest} in x or y, at least 2 in each are needed")
    splitter = StratifiedGroupKFold(min(FOLDS, fewest), shuffle=True, random_state=seed)
    for train, test in splitter.split(np.zeros(len(side)), side, groups):
        if len(np.unique(side[train])) < 2:
            raise ValueError("groups: x or y has all its samples in one fold, its groups are too unequal")
        yield train, test
