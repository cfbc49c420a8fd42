"""The cross-validation of Bingel and Søgaard (2017), as it was, and what random numbers reach under it.

Bingel and Søgaard, "Identifying beneficial task relations for multi-task learning in deep neural networks", EACL
2017: which main task gains from which auxiliary task, told from features of both tasks' single learning curves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.preprocessing import MinMaxScaler

from harness.analysis.baselines import random_features
from harness.analysis.scores import accuracy, f1
from harness.seeds import derive_seed

NAME = "bingel2017"
#: What its rows are told by: their scheme is ``shuffled_pairs``, and no evidence.
ESTIMATOR = "logistic_liblinear"
#: The columns of the published run, as patterns, and what is made of the numbers of both tasks.
PATTERNS, RELATION = ("loss_grad_*", "curve_steepness*"), "ratio"
#: F1 that the paper reports for its best features.
PUBLISHED_F1 = 0.669
#: Shuffles of the five folds: for the predictors (as published), and for each of many random draws.
SHUFFLES, SHUFFLES_A_DRAW, DRAWS = 100, 5, 200
#: Random numbers a task beside those that match the predictors.
RANDOM_A_TASK = 14
METRICS = {"accuracy": accuracy, "f1": f1}


@dataclass(frozen=True)
class Found:
    """Accuracy and F1 of features, ``[shuffles]`` or ``[draws]`` each: the mean over the folds."""

    accuracy: np.ndarray
    f1: np.ndarray

    def of(self, metric: str) -> np.ndarray:
        return self.accuracy if metric == "accuracy" else self.f1


def cross_validated(x: np.ndarray, positive: np.ndarray, shuffles: int = SHUFFLES) -> Found:
    """Return the scores of ``x [pairs, columns]``, one a shuffle.

    Min-max scaling of all pairs together, ``KFold(5, shuffle, random_state=0, 1, …)``, L2 logistic regression (C
    = 1, liblinear), mean of the folds' scores; a fold where F1 is not defined counts zero. Pairs of one task are
    in the training part and in the test part, which is what makes this no evidence.
    """
    scaled, y = MinMaxScaler().fit_transform(x), positive.astype(int)
    model = LogisticRegression(C=1.0, solver="liblinear", random_state=0)
    scores = np.zeros((2, shuffles))
    with sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
        for state in range(shuffles):
            folds = KFold(5, shuffle=True, random_state=state).split(scaled)
            found = [_fold(model, scaled, y, train, test) for train, test in folds]
            scores[:, state] = np.mean(found, axis=0)
    return Found(*scores)


def _fold(
    model: LogisticRegression, x: np.ndarray, y: np.ndarray, train: np.ndarray, test: np.ndarray
) -> tuple[float, float]:
    one = len(np.unique(y[train])) == 1
    told = np.full(len(test), y[train][0]) if one else model.fit(x[train], y[train]).predict(x[test])
    each = [float(metric(y[test], told[None], test)[0]) for metric in METRICS.values()]
    return each[0], 0.0 if np.isnan(each[1]) else each[1]


def random_scores(
    frame: pd.DataFrame, numbers: int, *, seed: int, draws: int = DRAWS, shuffles: int = SHUFFLES_A_DRAW
) -> Found:
    """Return the scores of ``numbers`` log-normal random numbers a task (main, partner, main over partner: three
    times as many columns), one a draw: the mean over the shuffles."""
    stream = derive_seed(seed, NAME, "random features", numbers)
    positive = frame["gain"].to_numpy() > 0
    each = [
        cross_validated(x, positive, shuffles)
        for x in random_features(frame, 3 * numbers, draws, stream, np.divide)
    ]
    return Found(*(np.array([found.of(metric).mean() for found in each]) for metric in METRICS))


def protocol_rows(
    frame: pd.DataFrame,
    columns: Sequence[str],
    name: str,
    *,
    seed: int,
    draws: int = DRAWS,
    shuffles: int = SHUFFLES,
) -> list[dict[str, Any]]:
    """Return rows of the table ``predictability``: the predictors under the published protocol, beside what must
    be beaten.

    ``frame`` has main, partner, gain and the columns. Baselines: ``all_positive``, ``main_identity`` (one column
    a main task), ``published`` (F1 alone), and random numbers: as many a task as the predictors have
    (``random_features``), and 14 (``random_features_14``), each with its 95th percentile.
    """
    positive = frame["gain"].to_numpy() > 0
    own = cross_validated(frame[list(columns)].fillna(0.0).to_numpy(float), positive, shuffles)
    identity = cross_validated(pd.get_dummies(frame["main"]).to_numpy(float), positive, shuffles)
    matched = -(-len(columns) // 3)
    drawn = {
        "random_features": (matched, random_scores(frame, matched, seed=seed, draws=draws)),
        f"random_features_{RANDOM_A_TASK}": (
            RANDOM_A_TASK,
            random_scores(frame, RANDOM_A_TASK, seed=seed, draws=draws),
        ),
    }
    rows = []
    for metric, score in METRICS.items():
        value = float(own.of(metric).mean())
        shared = {
            "target": "sign",
            "predictors": name,
            "estimator": ESTIMATOR,
            "scheme": "shuffled_pairs",
            "metric": metric,
            "value": value,
            "sd": float(own.of(metric).std(ddof=1)) if shuffles > 1 else None,
        }
        all_positive = float(score(positive.astype(float), np.ones((1, len(positive))), positive)[0])
        known: list[tuple[str, float, str | None]] = [
            ("all_positive", all_positive, None),
            ("main_identity", float(identity.of(metric).mean()), None),
        ]
        if metric == "f1":
            known.append(("published", PUBLISHED_F1, "as the paper reports it"))
        for baseline, (numbers, found) in drawn.items():
            values = found.of(metric)
            known.append((baseline, float(values.mean()), _note(numbers, values, metric, value)))
            known.append((f"{baseline}_p95", float(np.percentile(values, 95)), None))
        rows += [shared | {"baseline": b, "baseline_value": v, "note": n} for b, v, n in known]
    return rows


def _note(numbers: int, values: np.ndarray, metric: str, value: float) -> str:
    note = f"{len(values)} draws of {numbers} numbers a task, SD {values.std(ddof=1):.3f}"
    note += f"; {(values >= value).mean():.0%} of them reach the predictors"
    if metric == "f1":
        note += f", {(values > PUBLISHED_F1).mean():.0%} are above the published {PUBLISHED_F1:.3f}"
    return note
