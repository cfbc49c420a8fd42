"""The table of predictability against loops written out, and what stands beside every figure."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, r2_score
from sklearn.preprocessing import StandardScaler

from harness.analysis.predictability import FAST, predictability
from tests.analysis.pairs_of_tasks import design

MADE = design(7, 0, effect=1.0, n_predictors=3)
SETS = {"own": ["x0", "x1", "x2"]}
SCHEMES = {"leave_main_out", "no_shared_task", "leave_partner_out", "shuffled_pairs"}


@pytest.fixture(scope="module")
def whole():
    return predictability(MADE, SETS, seed=0, draws=8)


@pytest.fixture(scope="module")
def table(whole):
    own = whole[(whole["scheme"] == "leave_main_out") & whole["estimator"].isin(["ridge", "logistic"])]
    return own.set_index(["target", "metric", "baseline"])


def by_hand(new):
    """Predict the signs of every main's pairs from the other mains', scaled by the latter."""
    frame = MADE.frame
    y, x = frame["gain"].to_numpy() > 0, frame[SETS["own"]].to_numpy()
    predicted = np.zeros(len(frame))
    for main in frame["main"].unique():
        out = (frame["main"] == main).to_numpy()
        scaler = StandardScaler().fit(x[~out])
        model = LogisticRegression(tol=1e-8).fit(scaler.transform(x[~out]), y[~out])
        predicted[out] = new(model, scaler.transform(x[out]))
    return predicted


def test_signs_agree_with_a_loop(table):
    y = MADE.frame["gain"] > 0
    logistic = by_hand(lambda model, x: model.predict(x))
    assert table.loc[("sign", "accuracy", "majority"), "value"] == accuracy_score(y, logistic)
    assert table.loc[("sign", "f1", "majority"), "value"] == pytest.approx(f1_score(y, logistic))
    probability = by_hand(lambda model, x: model.predict_proba(x)[:, 1])
    brier = np.mean((probability - y) ** 2)
    assert table.loc[("sign", "brier", "majority"), "value"] == pytest.approx(brier, abs=1e-6)


def test_majority_knows_the_other_mains_gains_alone(table):
    y, mains = MADE.frame["gain"].to_numpy(), MADE.frame["main"].to_numpy()
    mean = np.array([y[mains != main].mean() for main in mains])
    sign = np.array([(y[mains != main] > 0).mean() > 0.5 for main in mains])
    assert table.loc[("gain", "r2", "majority"), "baseline_value"] == pytest.approx(r2_score(y, mean))
    expected = accuracy_score(y > 0, sign)
    assert table.loc[("sign", "accuracy", "majority"), "baseline_value"] == pytest.approx(expected)


def test_spread_is_over_the_mains(table):
    y, mains = MADE.frame["gain"].to_numpy(), MADE.frame["main"].to_numpy()
    logistic = by_hand(lambda model, x: model.predict(x)).astype(bool)
    accuracies = [accuracy_score(y[mains == m] > 0, logistic[mains == m]) for m in np.unique(mains)]
    assert table.loc[("sign", "accuracy", "majority"), "sd"] == pytest.approx(np.std(accuracies, ddof=1))


def test_every_scheme_and_metric_has_its_baselines(whole):
    fast = whole[whole["estimator"].isin(["ridge", "logistic"])]
    assert set(fast["scheme"]) == SCHEMES
    for (scheme, metric), rows in fast.groupby(["scheme", "metric"]):
        expected = ["majority", "task_identities", "random_features", "random_features_p95"]
        if scheme in ("leave_partner_out", "shuffled_pairs"):
            expected.insert(1, "main_task_mean")
        assert list(rows["baseline"]) == expected, (scheme, metric)
    assert set(fast["metric"]) == {"r2", "spearman", "spearman_within_main", "accuracy", "f1", "auc", "brier"}


def test_slow_estimators_leave_one_main_out(whole):
    slow = whole[whole["estimator"].isin(["elastic_net", "boosting"])]
    assert set(slow["scheme"]) == {"leave_main_out"}
    assert set(slow["estimator"]) == {"elastic_net", "boosting"}
    assert "random_features" not in set(slow["baseline"])  # eight draws are too few for one in 25


def test_the_note_counts_the_draws_that_reach_the_predictors(whole):
    row = whole[(whole["baseline"] == "random_features") & (whole["metric"] == "accuracy")].iloc[0]
    assert row["note"].startswith("8 draws; ")
    assert row["note"].endswith("% of them reach the predictors")


def test_a_predictor_that_tells_the_gain_beats_all_baselines():
    made = design(9, 1, effect=3.0, main_sd=0.2, partner_sd=0.2, residual_sd=0.3)
    found = predictability(made, {"own": ["x0"]}, seed=0, draws=20, ways=FAST)
    found = found[found["scheme"].isin(["leave_main_out", "no_shared_task"])]
    judged = found[found["metric"].isin(["r2", "spearman", "accuracy", "f1", "auc"])]
    unclear = judged[judged["value"] <= judged["baseline_value"] + 0.02]
    assert unclear.empty, unclear.to_string()
    assert (found[found["metric"] == "brier"].eval("baseline_value - value") > 0.02).all()


def test_data_sets_are_left_out_where_they_are_known():
    gains = design(8, 0, effect=1.0)
    object.__setattr__(gains, "dataset_of", {f"d/{i}": f"set{i // 2}" for i in range(8)})
    found = predictability(gains, {"own": ["x0"]}, seed=0, draws=2, ways=FAST)
    assert "leave_dataset_out" in set(found["scheme"])


def test_one_sign_missing_values_and_too_few_tasks():
    positive = design(6, 0)
    positive.frame["gain"] = positive.frame["gain"].abs() + 1
    positive.frame.loc[positive.frame["main"] == "d/0", "x0"] = np.nan
    found = predictability(positive, {"own": ["x0"]}, seed=0, draws=2, ways=FAST)
    found = found[found["scheme"] == "leave_main_out"].set_index(["estimator", "metric", "baseline"])
    assert found.loc[("logistic", "accuracy", "majority"), "value"] == 1.0
    assert np.isfinite(found.loc[("ridge", "r2", "majority"), "value"])
    assert predictability(design(3, 0), SETS, seed=0, draws=2, ways=FAST).empty
    assert predictability(positive, {"none": []}, seed=0, draws=2, ways=FAST).empty
