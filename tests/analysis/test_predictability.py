"""Leave-main-out against loops written out, and its baselines."""

import numpy as np
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import accuracy_score, f1_score, r2_score

from harness.analysis.predictability import RIDGE_PENALTIES, held_out, predictability, random_features
from tests.analysis.pairs_of_tasks import design

MADE = design(7, 0, effect=1.0, n_predictors=3)
SETS = {"own": ["x0", "x1", "x2"]}


@pytest.fixture(scope="module")
def table():
    return predictability(MADE, SETS, seed=0, draws=8).set_index(["target", "metric", "baseline"])


def by_hand(fit):
    """Predict every main's pairs from the other mains', predictors standardised by the latter."""
    frame = MADE.frame
    predicted = np.zeros(len(frame))
    for main in frame["main"].unique():
        out = frame["main"] == main
        x = frame[SETS["own"]].to_numpy()
        x = (x - x[~out].mean(axis=0)) / x[~out].std(axis=0)
        predicted[out] = fit(x[~out], frame["gain"].to_numpy()[~out], x[out])
    return predicted


def test_ridge_and_logistic_agree_with_a_loop(table):
    y = MADE.frame["gain"].to_numpy()
    ridge = by_hand(lambda x, y, new: RidgeCV(RIDGE_PENALTIES).fit(x, y).predict(new))
    logistic = by_hand(lambda x, y, new: LogisticRegression().fit(x, y > 0).predict(new))
    assert table.loc[("gain", "r2", "majority"), "value"] == pytest.approx(r2_score(y, ridge))
    assert table.loc[("sign", "accuracy", "majority"), "value"] == pytest.approx(
        accuracy_score(y > 0, logistic)
    )
    assert table.loc[("sign", "f1", "majority"), "value"] == pytest.approx(f1_score(y > 0, logistic))


def test_majority_knows_the_other_mains_gains_alone(table):
    y, mains = MADE.frame["gain"].to_numpy(), MADE.frame["main"].to_numpy()
    mean = np.array([y[mains != main].mean() for main in mains])
    sign = np.array([(y[mains != main] > 0).mean() > 0.5 for main in mains])
    assert table.loc[("gain", "r2", "majority"), "baseline_value"] == pytest.approx(r2_score(y, mean))
    expected = accuracy_score(y > 0, sign)
    assert table.loc[("sign", "accuracy", "majority"), "baseline_value"] == pytest.approx(expected)


def test_spread_is_over_the_mains(table):
    y, mains = MADE.frame["gain"].to_numpy(), MADE.frame["main"].to_numpy()
    logistic = by_hand(lambda x, y, new: LogisticRegression().fit(x, y > 0).predict(new)).astype(bool)
    accuracies = [accuracy_score(y[mains == m] > 0, logistic[mains == m]) for m in np.unique(mains)]
    assert table.loc[("sign", "accuracy", "majority"), "sd"] == pytest.approx(np.std(accuracies, ddof=1))


def test_both_baselines_stand_beside_every_metric(table):
    assert len(table) == 2 * 2 * 2
    assert table["baseline_value"].notna().all()
    assert set(table["scheme"]) == {"leave_main_out"}


def test_random_features_know_tasks_and_nothing_else():
    first, second = random_features(MADE.frame, 4, 2, seed=0)
    assert first.shape == (42, 4)
    assert not np.allclose(first, second)
    main, partner = MADE.frame["main"].to_numpy(), MADE.frame["partner"].to_numpy()
    for column, owner in ((0, main), (1, main), (2, partner), (3, partner)):
        assert all(len(np.unique(first[owner == task, column])) == 1 for task in np.unique(owner))
    assert (first > 0).all()
    (wide,) = random_features(MADE.frame, 3, 1, seed=0)
    assert wide[:, 2] == pytest.approx(wide[:, 0] - wide[:, 1])


def test_the_held_out_main_is_not_seen():
    """A main's own gains do not move its predictions."""
    y, mains = MADE.frame["gain"].to_numpy(), MADE.frame["main"].to_numpy()
    x, own = MADE.frame[["x0"]].to_numpy(), mains == "d/2"
    changed = np.where(own, y + 100.0, y)
    for build in (DummyRegressor, lambda: RidgeCV(RIDGE_PENALTIES)):
        assert held_out(build, x, y, mains)[own] == pytest.approx(held_out(build, x, changed, mains)[own])


def test_a_predictor_that_tells_the_gain_beats_both_baselines():
    made = design(9, 1, effect=3.0, main_sd=0.2, partner_sd=0.2, residual_sd=0.3)
    found = predictability(made, {"own": ["x0"]}, seed=0, draws=5)
    assert (found["value"] > found["baseline_value"] + 0.1).all()


def test_one_sign_missing_values_and_too_few_tasks():
    positive = design(6, 0)
    positive.frame["gain"] = positive.frame["gain"].abs() + 1
    positive.frame.loc[positive.frame["main"] == "d/0", "x0"] = np.nan
    found = predictability(positive, {"own": ["x0"]}, seed=0, draws=2).set_index(["metric", "baseline"])
    assert found.loc[("accuracy", "majority"), "value"] == 1.0
    assert np.isfinite(found.loc[("r2", "majority"), "value"])
    assert predictability(design(3, 0), SETS, seed=0, draws=2).empty
    assert predictability(positive, {"none": []}, seed=0, draws=2).empty
