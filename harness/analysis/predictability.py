"""The table ``predictability``: can a gain be told for a main task that was never seen?"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import sklearn
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import accuracy_score, f1_score, r2_score
from sklearn.model_selection import LeaveOneGroupOut
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from harness.analysis.design import Design, spread
from harness.analysis.permutation import spearman
from harness.seeds import derive_seed

SCHEME = "leave_main_out"
#: Draws of random features whose mean is the baseline's value.
DRAWS = 100
#: With fewer mains or pairs than this, nothing is held out.
MIN_MAINS, MIN_PAIRS = 4, 8
RIDGE_PENALTIES = np.logspace(-3, 3, 13)

Estimator = Callable[[], BaseEstimator]
Metrics = Mapping[str, Callable[[np.ndarray, np.ndarray], float]]


def predictability(
    design: Design, sets: Mapping[str, Sequence[str]], *, seed: int, draws: int = DRAWS
) -> pd.DataFrame:
    """Return one row a (predictor set, target, metric, baseline); empty where there are too few mains or
    pairs.

    Every main task is held out in turn; imputation (medians), scaling and the choice of the ridge penalty
    happen within the other mains' pairs. Metrics are of all held-out pairs together; ``sd`` is over the
    mains, where the metric is defined for one main's pairs. The gain is predicted by ridge, its sign by
    logistic regression (L2, C = 1; a sign that all training pairs share is predicted as it is).

    Baselines: ``majority`` learns from the training pairs' gains alone (their majority sign, their mean
    gain); ``random_features`` gives every task log-normal random numbers, made into pair features as real
    statistics are, as many columns as the predictors have: the mean over the draws.
    """
    rows: list[dict[str, Any]] = []
    frame = design.frame
    if (
        len(frame) < MIN_PAIRS
        or frame["main"].nunique() < MIN_MAINS
        or spread(frame["gain"].to_numpy(float)) == 0
    ):
        return pd.DataFrame()
    for name, columns in sets.items():
        known = [c for c in columns if c in frame and frame[c].notna().any() and _varies(frame[c])]
        if known:
            stream = derive_seed(seed, "random features", len(known))
            with sklearn.config_context(
                assume_finite=True, skip_parameter_validation=True
            ):  # thousands of small fits
                rows += list(_rows(design, name, known, stream, draws))
    return pd.DataFrame(rows)


def _rows(design: Design, name: str, columns: list[str], seed: int, draws: int) -> Iterator[dict[str, Any]]:
    frame = design.frame
    x, gain, mains = frame[columns].to_numpy(float), frame["gain"].to_numpy(float), frame["main"].to_numpy()
    random = list(random_features(frame, len(columns), draws, seed))
    targets: list[tuple[str, np.ndarray, str, Estimator, Estimator, Metrics]] = [
        (design.target, gain, "ridge", _ridge, DummyRegressor, GAIN_METRICS),
        ("sign", (gain > 0).astype(int), "logistic", _logistic, DummyClassifier, SIGN_METRICS),
    ]
    for target, y, estimator, build, dummy, metrics in targets:
        found = held_out(build, x, y, mains)
        majority = held_out(dummy, x, y, mains)
        chance = [held_out(build, drawn, y, mains) for drawn in random]
        for metric, score in metrics.items():
            shared: dict[str, Any] = {
                "target": target,
                "predictors": name,
                "estimator": estimator,
                "scheme": SCHEME,
                "metric": metric,
            }
            shared |= {"value": score(y, found), "sd": _sd(score, y, found, mains)}
            yield shared | {"baseline": "majority", "baseline_value": score(y, majority)}
            values = np.array([score(y, drawn) for drawn in chance])
            mean = float(np.nanmean(values)) if np.isfinite(values).any() else np.nan
            yield shared | {"baseline": "random_features", "baseline_value": mean}


def held_out(build: Estimator, x: np.ndarray, y: np.ndarray, mains: np.ndarray) -> np.ndarray:
    """Return a prediction for every pair, by a model that saw no pair of its main task, ``[pairs]``."""
    predicted = np.full(len(y), np.nan)
    for train, test in LeaveOneGroupOut().split(x, y, mains):
        one_sign = y.dtype.kind == "i" and len(np.unique(y[train])) == 1
        model = DummyClassifier() if one_sign else build()
        predicted[test] = model.fit(x[train], y[train]).predict(x[test])
    return predicted


def random_features(frame: pd.DataFrame, n_columns: int, draws: int, seed: int) -> Iterator[np.ndarray]:
    """Yield ``[pairs, columns]`` of features that know nothing but which tasks a pair has.

    Each task draws log-normal numbers; a pair has those of its main, of its partner, and their difference.
    """
    tasks = pd.Index(sorted(set(frame["main"]) | set(frame["partner"])))
    main, partner = tasks.get_indexer(frame["main"]), tasks.get_indexer(frame["partner"])
    generator = np.random.default_rng(seed)
    for _ in range(draws):
        numbers = generator.lognormal(size=(len(tasks), -(-n_columns // 3)))
        yield np.hstack([numbers[main], numbers[partner], numbers[main] - numbers[partner]])[:, :n_columns]


def _ridge() -> BaseEstimator:
    return make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler(), RidgeCV(RIDGE_PENALTIES)
    )


def _logistic() -> BaseEstimator:
    imputer = SimpleImputer(strategy="median", keep_empty_features=True)
    return make_pipeline(imputer, StandardScaler(), LogisticRegression(max_iter=1000))


def _spearman(y: np.ndarray, predicted: np.ndarray) -> float:
    return float(spearman(predicted[None], y)[0]) if spread(y) > 0 else float("nan")


def _r2(y: np.ndarray, predicted: np.ndarray) -> float:
    return float(r2_score(y, predicted)) if spread(y) > 0 else float("nan")


def _f1(y: np.ndarray, predicted: np.ndarray) -> float:
    return float(f1_score(y, predicted, zero_division=np.nan))


def _accuracy(y: np.ndarray, predicted: np.ndarray) -> float:
    return float(accuracy_score(y, predicted))


GAIN_METRICS: Metrics = {"r2": _r2, "spearman": _spearman}
SIGN_METRICS: Metrics = {"accuracy": _accuracy, "f1": _f1}


def _sd(
    score: Callable[[np.ndarray, np.ndarray], float], y: np.ndarray, found: np.ndarray, mains: np.ndarray
) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = np.array(
            [score(y[mains == m], found[mains == m]) for m in np.unique(mains) if (mains == m).sum() > 1]
        )
    values = values[np.isfinite(values)] if len(values) else values
    return float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")


def _varies(column: pd.Series) -> bool:
    return spread(column.dropna().to_numpy(float)) > 0
