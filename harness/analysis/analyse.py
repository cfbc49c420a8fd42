"""From the measured tables to the answers: gains, statistics, regressions, predictability."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from harness.analysis.capacity import without_capacity
from harness.analysis.comparisons import comparisons
from harness.analysis.delta_m import Metrics, delta_m
from harness.analysis.design import make_design
from harness.analysis.from_pairs import group_predictions, groups_from_pairs
from harness.analysis.gains import gains
from harness.analysis.metric_gains import metric_gains
from harness.analysis.noise import noise
from harness.analysis.patterns import patterns
from harness.analysis.predictability import DRAWS, predictability
from harness.analysis.regression import regressions
from harness.bases.predictor import Predictor
from harness.errors import HarnessError
from harness.records import PredictorRecord
from harness.results.loader import frame_of
from harness.results.schemas import TABLES
from harness.results.writers import to_arrow

NEEDED = ("tasks", "clips", "labels", "cells", "runs", "scores", "curves", "selections")
STATISTICS = ["task", "statistic", "value", "unit", "reliability"]
FEATURES = ["main", "partner", "predictor", "value", "reliability"]


def analyse(
    tables: Mapping[str, pd.DataFrame],
    *,
    study_id: str,
    rope: float,
    confidence: float,
    predictors: Sequence[tuple[str, Predictor | PredictorRecord]],
    seed: int,
    draws: int = DRAWS,
    correction: str = "bh",
    metrics: Metrics = "primary",
) -> dict[str, pd.DataFrame]:
    """Return the tables of the analysis, as the loader would give them.

    They are ``gains``, ``task_stats``, ``pair_features``, ``regressions`` and ``predictability``.
    ``predictors`` are (name, predictor) pairs; a record is built with its default parameters. ``rope`` is a
    half-width in the metric's unit, ``draws`` the number of random feature sets that predictability is
    compared with. An incomplete study gives fewer rows, nulls and notes; a predictor that raises is left out
    with a warning and a row in ``failures``, which is only then among the answers.

    Raises:
        HarnessError: a table that the analysis reads is not there.
    """
    missing = [name for name in NEEDED if name not in tables]
    if missing:
        raise HarnessError(
            f"the analysis needs the tables {', '.join(NEEDED)}; missing: {', '.join(missing)}"
        )
    measured = gains(tables, rope=rope, confidence=confidence, correction=correction)
    others = metric_gains(tables, rope=rope, confidence=confidence)
    whole = delta_m(tables, confidence=confidence, metrics=metrics)
    tables = without_capacity(tables)  # what follows must not take them for singles
    failures: list[dict[str, object]] = []
    statistics, features = task_statistics(tables, predictors, failures)
    dataset_of = dict(zip(tables["tasks"]["task"], tables["tasks"]["dataset"], strict=True))
    design = make_design(measured, features, dataset_of)
    sets = _sets(features)
    answers = {
        "gains": measured,
        "metric_gains": others,
        "delta_m": whole,
        "noise": noise(tables),
        "comparisons": comparisons(tables, measured),
        "patterns": patterns(measured, seed=seed),
        "group_predictions": (grouped := group_predictions(measured)),
        "groups_from_pairs": groups_from_pairs(measured, grouped, seed=seed),
        "task_stats": statistics[STATISTICS],
        "pair_features": features[FEATURES],
        "regressions": regressions(design, confidence=confidence, seed=seed),
        "predictability": predictability(design, sets, seed=seed, draws=draws),
    }
    if failures:
        earlier = tables.get("failures", pd.DataFrame())
        answers["failures"] = pd.concat([earlier, pd.DataFrame(failures)], ignore_index=True)
    return {name: _typed(name, frame, study_id) for name, frame in answers.items()}


def task_statistics(
    tables: Mapping[str, pd.DataFrame],
    predictors: Sequence[tuple[str, Predictor | PredictorRecord]],
    failures: list[dict[str, object]] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return task statistics and pair features of all predictors; ``set`` is the predictor's name.

    A statistic or pair feature that two predictors share is the first one's. Of a predictor that raises a row of
    the table ``failures`` is put in ``failures``.
    """
    statistics, features = [pd.DataFrame(columns=STATISTICS)], [pd.DataFrame(columns=FEATURES)]
    for name, given in predictors:
        try:
            predictor = given.build(given.parameters()) if isinstance(given, PredictorRecord) else given
            own = predictor.task_statistics(tables)[STATISTICS]
            statistics.append(own.assign(set=name))
            features.append(_features(predictor.pair_features(own, tables)).assign(set=name))
        except Exception as error:  # a plugin's mistake must not cost the study its other answers
            if failures is not None:
                failures.append(_failure(name, error))
            message = f"predictor {name!r} is left out: {type(error).__name__}: {error}"
            warnings.warn(message, RuntimeWarning, stacklevel=3)
    return (
        _joined(statistics).drop_duplicates(["task", "statistic"], ignore_index=True),
        _joined(features).drop_duplicates(["main", "partner", "predictor"], ignore_index=True),
    )


def _features(given: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of ``pair_features``; a predictor need not give the reliability."""
    return given[FEATURES[:-1]].assign(reliability=given.get("reliability", np.nan))


def _failure(name: str, error: Exception) -> dict[str, object]:
    row = {
        "unit": f"predictor {name}",
        "kind": "analysis",
        "error_type": type(error).__name__,
        "error": str(error),
    }
    return row | {"traceback": "".join(traceback.format_exception(error)), "attempts": 1}


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    full = [frame for frame in frames if len(frame)]
    return pd.concat(full, ignore_index=True) if full else frames[0].assign(set="")


def _sets(features: pd.DataFrame) -> dict[str, list[str]]:
    """Return the pair features of each predictor, and of all of them together."""
    known = features[["set", "predictor"]].drop_duplicates()
    sets = {str(name): list(part["predictor"]) for name, part in known.groupby("set", sort=False)}
    return sets if len(sets) < 2 else sets | {"+".join(sets): list(known["predictor"])}


def _typed(name: str, frame: pd.DataFrame, study_id: str) -> pd.DataFrame:
    if frame.empty:
        frame = pd.DataFrame(columns=[column.name for column in TABLES[name].columns])
    return frame_of(to_arrow(name, frame.assign(study_id=study_id)))
