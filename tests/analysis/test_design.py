"""Which gains and which predictors the regressions get to see."""

import numpy as np
import pandas as pd
import pytest

from harness.analysis.design import SHORT_LIST, chosen_terms, make_design, usable
from tests.analysis.pairs_of_tasks import design, simulated


def test_only_measured_pairs_count():
    gains, features = simulated(4, 0)
    triple = gains.iloc[[0]].assign(partners=[["d/1", "d/2"]])
    placebo = gains.iloc[[0]].assign(placebo=True, gain=9.0)
    missing = gains.iloc[[1]].assign(gain=np.nan)
    kept = make_design(pd.concat([gains.iloc[[0]], triple, placebo, missing]), features)
    assert kept.frame[["main", "partner"]].to_numpy().tolist() == [["d/0", "d/1"]]
    assert kept.n_tasks == 2
    assert len(kept.features.dropna()) == 12


def test_settings_are_averaged_and_said():
    gains, features = simulated(3, 0)
    made = make_design(pd.concat([gains, gains.assign(model="other", gain=gains["gain"] + 1)]), features)
    assert len(made.frame) == 6
    assert made.frame["gain"].sum() == pytest.approx(gains["gain"].sum() + 3)
    assert made.note == "mean over 2 settings of feature, model and combiner"


def test_different_metrics_make_gains_relative():
    gains, features = simulated(3, 0)
    made = make_design(gains.assign(metric=["rmse"] * 3 + ["macro_f1"] * 3), features)
    assert made.target == "gain_relative"
    assert made.frame["gain"].sum() == pytest.approx(gains["gain_relative"].sum())
    assert made.note.startswith("relative gains")


def test_nothing_measured():
    gains, features = simulated(3, 0)
    assert make_design(gains.iloc[:0], features).frame.empty
    assert make_design(gains.assign(gain=np.nan), features).n_tasks == 0
    assert make_design(gains, features.iloc[:0]).predictors == ()


def test_unknown_and_constant_predictors_are_not_usable():
    made = design(4, 0, n_predictors=3)
    made.frame.loc[0, "x1"] = np.nan
    made.frame["x2"] = 0.1 + 0.2
    assert usable(made.frame, made.predictors) == ["x0"]


def test_tasks_decide_how_many_terms_there_are_and_gains_do_not():
    made = design(7, 0, n_predictors=5, effect=5.0)
    terms, note = chosen_terms(made)
    assert terms == ["x0", "x1"]
    assert note == "2 of 5 predictors, as 7 tasks allow, by a list fixed beforehand"
    assert chosen_terms(design(7, 0, n_predictors=2)) == (["x0", "x1"], "")


def test_the_short_list_comes_first():
    gains, features = simulated(4, 0, n_predictors=2)
    features["predictor"] = features["predictor"].replace({"x1": SHORT_LIST[1]})
    assert chosen_terms(make_design(gains, features))[0] == [SHORT_LIST[1]]
