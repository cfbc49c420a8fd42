"""The table of regressions: every predictor, every model, and what cannot be said."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from harness.analysis.design import make_design
from harness.analysis.regression import MODELS, regressions
from tests.analysis.pairs_of_tasks import design, simulated


def test_correlations_of_every_predictor_and_chosen_terms():
    made = design(7, 0, n_predictors=4)
    table = regressions(made, confidence=0.95, seed=0)
    assert table.groupby("model")["term"].agg(list).to_dict() == {
        "pearson": ["x0", "x1", "x2", "x3"],
        "spearman": ["x0", "x1", "x2", "x3"],
        "ols": ["x0"] * 3 + ["x1"] * 3 + ["x0", "x1"],  # three errors, then the node permutation
        "mrqap": ["x0", "x1"],
        "mixed": ["x0", "x1"],
        "mixed_shared": ["x0", "x1"],
        "logistic": ["x0", "x1"],
    }
    row = table[(table["model"] == "spearman") & (table["term"] == "x2")].iloc[0]
    assert row["estimate"] == pytest.approx(stats.spearmanr(made.frame["x2"], made.frame["gain"]).statistic)
    assert row["se_method"] == "node permutation (all 5040)"
    assert np.isnan(row["se"])
    assert (row["n"], row["n_tasks"]) == (42, 7)
    pd.testing.assert_frame_equal(table, regressions(made, confidence=0.95, seed=0))


def test_a_strong_predictor_is_found_by_every_model():
    table = regressions(design(10, 1, effect=4.0), confidence=0.95, seed=0)
    told = table[table["model"] != "logistic"]
    assert (told["estimate"] > 0.5).all()
    assert (told["p"] < 0.01).all()
    assert set(told["model"]) == {"pearson", "spearman", "ols", "mrqap", "mixed", "mixed_shared"}


def test_unknown_for_one_task():
    gains, features = simulated(7, 0)
    features.loc[features["main"] == "d/3", "value"] = np.nan
    table = regressions(make_design(gains, features), confidence=0.95, seed=0).set_index("model")
    assert table.loc["pearson", "note"] == "unknown for 6 of 42 pairs"
    assert table.loc["pearson", "n"] == 36
    assert np.isfinite(table.loc["pearson", "p"])
    assert np.isnan(table.loc["ols", "estimate"])
    assert table.loc["ols", "note"] == "no predictor is known for every pair and varies"


def test_unmeasured_pairs_are_left_out_of_every_permutation():
    gains, features = simulated(8, 0, effect=2.0)
    table = regressions(make_design(gains.iloc[::2], features), confidence=0.95, seed=0).set_index("model")
    assert table.loc["pearson", "n"] == 28
    assert np.isfinite(table.loc[["pearson", "spearman", "mixed", "mrqap"], "p"]).all()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda gains, features: (gains.assign(gain=0.1), features), "all gains are equal"),
        (
            lambda gains, features: (gains, features.assign(value=1.0)),
            "the predictor is the same for all pairs",
        ),
        (lambda gains, features: (gains.iloc[:2], features), "too few: 2 pairs of 3 tasks"),
    ],
)
def test_what_cannot_be_said_is_null_with_the_reason(change, why):
    table = regressions(make_design(*change(*simulated(5, 0))), confidence=0.95, seed=0)
    assert set(table["model"]) == {"pearson", "spearman", *MODELS}
    assert table[["estimate", "p", "ci_low"]].isna().all(axis=None)
    assert table["note"].notna().all()
    assert table.set_index("model").loc["pearson", "note"] == why


def test_no_gains_no_rows():
    gains, features = simulated(3, 0)
    assert regressions(make_design(gains.iloc[:0], features), confidence=0.95, seed=0).empty
