"""The table ``predictability``: can a gain be told for a task that was never seen?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import sklearn

from harness.analysis.baselines import held_out, main_task_mean, majority, task_identities
from harness.analysis.design import Design, spread
from harness.analysis.estimators import Fit, boosting, elastic_net, logistic, ridge
from harness.analysis.schemes import Scheme, schemes
from harness.analysis.scores import GAIN_METRICS, LESS_IS_BETTER, SIGN_METRICS, Metric
from harness.analysis.skill import DRAWS, Skill, known_columns, scored, with_rivals

#: With fewer mains or pairs than this, nothing is held out.
MIN_MAINS, MIN_PAIRS = 4, 8
#: Estimators that are fitted one by one: under this scheme alone, up to so many pairs, for one draw in so many.
SLOW_SCHEME, SLOW_PAIRS, SLOW_SHARE = "leave_main_out", 150, 25


@dataclass(frozen=True)
class Way:
    """An estimator of a target; ``slow`` ones are fitted one draw after the other."""

    estimator: str
    fit: Fit
    of_sign: bool = False
    slow: bool = False

    @property
    def metrics(self) -> Mapping[str, Metric]:
        return SIGN_METRICS if self.of_sign else GAIN_METRICS


FAST = (Way("ridge", ridge), Way("logistic", logistic, of_sign=True))
WAYS = (
    *FAST,
    Way("elastic_net", elastic_net, slow=True),
    Way("boosting", boosting, slow=True),
)


def predictability(
    design: Design,
    sets: Mapping[str, Sequence[str]],
    *,
    seed: int,
    draws: int = DRAWS,
    ways: Sequence[Way] = WAYS,
) -> pd.DataFrame:
    """Return one row a (predictor set, estimator, scheme, metric, baseline); empty where there are too few
    mains or pairs.

    Schemes are those of :mod:`harness.analysis.schemes`, estimators those of
    :mod:`harness.analysis.estimators`. Metrics are of all held-out pairs together (of shuffled pairs: the mean
    of five shuffles); ``sd`` is over the held-out parts, where the metric is defined for one part's pairs.

    Baselines: ``majority`` learns from the training pairs' gains alone (their mean; of signs, the more
    frequent one); ``main_task_mean`` is the mean of the same main's training pairs (only under schemes that
    have some); ``task_identities`` tells the estimator who is in a pair and nothing else; ``random_features``
    gives every task log-normal random numbers, made into pair features as real statistics are, as many
    columns as the predictors have: the mean over the draws, and as ``random_features_p95`` what one draw in
    twenty reaches. Elastic net and boosting are fitted under leave_main_out alone, up to 150 pairs, for the
    last predictor set (all predictors together), with one draw in 25 and no ``p95``.
    """
    frame = design.frame
    few = len(frame) < MIN_PAIRS or frame["main"].nunique() < MIN_MAINS
    if few or spread(frame["gain"].to_numpy(float)) == 0:
        return pd.DataFrame()
    known = {name: known_columns(design, columns) for name, columns in sets.items()}
    known = {name: columns for name, columns in known.items() if columns}
    made = list(schemes(design, seed))
    rows: list[dict[str, Any]] = []
    with sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
        for place, (name, columns) in enumerate(known.items(), start=1):
            x = with_rivals(design, columns, draws, seed)
            for scheme in made:
                slow = scheme.name == SLOW_SCHEME and len(frame) <= SLOW_PAIRS and place == len(known)
                for way in (way for way in ways if slow or not way.slow):
                    rows += _rows(design, name, x, scheme, way)
    return pd.DataFrame(rows)


def _rows(design: Design, name: str, x: np.ndarray, scheme: Scheme, way: Way) -> Iterator[dict[str, Any]]:
    gain, mains = design.frame["gain"].to_numpy(float), design.frame["main"].to_numpy()
    y = (gain > 0).astype(float) if way.of_sign else gain
    x = x[: 1 + (len(x) - 1) // SLOW_SHARE] if way.slow else x
    found = held_out(way.fit, x, y, scheme, mains)
    rivals = {
        "majority": majority(y, scheme),
        "main_task_mean": main_task_mean(y, scheme, mains),
        "task_identities": held_out(way.fit, task_identities(design), y, scheme, mains),
    }
    for metric, score in way.metrics.items():
        values = scored(score, y, found, mains)
        judged = Skill(metric, scheme.name, float(values[0]), values[1:])
        shared: dict[str, Any] = {
            "target": "sign" if way.of_sign else design.target,
            "predictors": name,
            "estimator": way.estimator,
            "scheme": scheme.name,
            "metric": metric,
            "value": judged.value,
            "sd": _sd(score, y, found[:, 0], mains, scheme.parts),
        }
        baselines = {
            rival: float(scored(score, y, predicted, mains)[0])
            for rival, predicted in rivals.items()
            if predicted is not None
        }
        for baseline, value in (baselines | _random(judged, way.slow)).items():
            yield shared | {"baseline": baseline, "baseline_value": value, "note": _note(baseline, judged)}


def _random(judged: Skill, slow: bool) -> dict[str, float]:
    if not len(judged.random):
        return {}
    finite = judged.random[np.isfinite(judged.random)]
    mean = float(finite.mean()) if len(finite) else float("nan")
    return {"random_features": mean} | ({} if slow else {"random_features_p95": judged.random_p95})


def _note(baseline: str, judged: Skill) -> str | None:
    if not baseline.startswith("random_features"):
        return None
    finite = judged.random[np.isfinite(judged.random)]
    if not len(finite) or not np.isfinite(judged.value):
        return f"{len(judged.random)} draws"
    sign = -1 if judged.metric in LESS_IS_BETTER else 1
    reached = float((sign * (finite - judged.value) >= 0).mean())
    return f"{len(finite)} draws; {reached:.0%} of them reach the predictors"


def _sd(score: Metric, y: np.ndarray, found: np.ndarray, mains: np.ndarray, parts: np.ndarray) -> float:
    """Return the standard deviation over the held-out parts of the metric of one part's pairs."""
    values = []
    for part in np.unique(parts.astype(str)):
        own = (parts.astype(str) == part) & np.isfinite(found).all(axis=0)
        if own.sum() > 1:
            with np.errstate(all="ignore"):
                each = [float(score(y[own], round_[None, own], mains[own])[0]) for round_ in found]
            values.append(float(np.mean(each)))
    finite = [value for value in values if np.isfinite(value)]
    return float(np.std(finite, ddof=1)) if len(finite) > 1 else float("nan")
