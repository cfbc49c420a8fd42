"""How well predictors tell gains on pairs held out, beside the same number of random features a task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.analysis.baselines import held_out, random_features, relation_of
from harness.analysis.design import Design, spread
from harness.analysis.estimators import logistic, ridge
from harness.analysis.schemes import make_scheme
from harness.analysis.scores import GAIN_METRICS, LESS_IS_BETTER, SIGN_METRICS, Metric
from harness.errors import HarnessError, did_you_mean
from harness.seeds import derive_seed

#: Draws of random features.
DRAWS = 100


@dataclass(frozen=True)
class Skill:
    """A metric on held-out pairs: ``value`` of the predictors, ``random [draws]`` of random features.

    NaN where the metric is not defined or nothing could be held out.
    """

    metric: str
    scheme: str
    value: float
    random: np.ndarray

    @property
    def random_p95(self) -> float:
        """What one draw of random features in twenty reaches (for a metric where less is better: 5th
        percentile)."""
        finite = self.random[np.isfinite(self.random)]
        share = 5 if self.metric in LESS_IS_BETTER else 95
        return float(np.percentile(finite, share)) if len(finite) else float("nan")

    @property
    def above_random(self) -> bool:
        """Whether the predictors beat the 95th percentile of random features; ``False`` if either is NaN."""
        sign = -1 if self.metric in LESS_IS_BETTER else 1
        return bool(sign * (self.value - self.random_p95) > 0)


def skill(
    design: Design,
    columns: Sequence[str],
    *,
    scheme: str = "leave_main_out",
    metric: str = "r2",
    draws: int = DRAWS,
    seed: int = 0,
) -> Skill:
    """Return the skill of ``columns`` (names in ``design.frame``) under a scheme, and that of random features.

    Metrics of the gain (``r2``, ``spearman``, ``spearman_within_main``) are of ridge regression, those of its
    sign (``accuracy``, ``f1``, ``auc``, ``brier``) of logistic regression; both as in the table
    ``predictability``.

    Raises:
        HarnessError: a metric that does not exist.
    """
    if metric not in GAIN_METRICS and metric not in SIGN_METRICS:
        allowed = [*GAIN_METRICS, *SIGN_METRICS]
        raise HarnessError(
            f"unknown metric {metric!r}{did_you_mean(metric, allowed)}; allowed: {', '.join(allowed)}"
        )
    score = GAIN_METRICS.get(metric) or SIGN_METRICS[metric]
    gain, mains = design.frame["gain"].to_numpy(float), design.frame["main"].to_numpy()
    y, fit = (gain, ridge) if metric in GAIN_METRICS else ((gain > 0).astype(float), logistic)
    made = make_scheme(scheme, design, seed)
    names = known_columns(design, columns)
    if not names or not any(made.rounds):
        return Skill(metric, scheme, float("nan"), np.full(draws, np.nan))
    values = scored(score, y, held_out(fit, with_rivals(design, names, draws, seed), y, made, mains), mains)
    return Skill(metric, scheme, float(values[0]), values[1:])


def known_columns(design: Design, columns: Sequence[str]) -> list[str]:
    """Return the columns that are known for some pair and vary."""
    frame = design.frame
    return [c for c in columns if c in frame and spread(frame[c].dropna().to_numpy(float)) > 0]


def with_rivals(design: Design, columns: list[str], draws: int, seed: int) -> np.ndarray:
    """Return ``[1 + draws, pairs, columns]``: the predictors, then random features of the same number."""
    stream = derive_seed(seed, "random features", len(columns))
    rivals = random_features(design.frame, len(columns), draws, stream, relation_of(columns))
    return np.stack([design.frame[columns].to_numpy(float), *rivals])


def scored(metric: Metric, y: np.ndarray, predicted: np.ndarray, mains: np.ndarray) -> np.ndarray:
    """Return the metric of ``predicted [rounds, draws, pairs]``, pooled over the tested pairs and averaged over
    rounds, ``[draws]``."""
    with np.errstate(all="ignore"):
        found = []
        for round_ in predicted:
            tested = np.isfinite(round_).all(axis=0)
            found.append(metric(y[tested], round_[:, tested], mains[tested]))
        return np.asarray(np.mean(found, axis=0))
