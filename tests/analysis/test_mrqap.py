"""Permutation tests of coefficients against fits of every permutation, one by one."""

import itertools

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from harness.analysis.design import make_design
from harness.analysis.mrqap import coefficient_rows, of_main, partial_t
from tests.analysis.pairs_of_tasks import simulated

N_TASKS, TERMS = 5, ["x0", "y0"]
NAMES = [f"d/{i}" for i in range(N_TASKS)]


def small(leave_out=2, unknown=()):
    """Five tasks, two pairs not measured; ``x0`` is the main task's, ``y0`` a pair's own and related to it."""
    gains, features = simulated(N_TASKS, 3, effect=0.5)
    generator = np.random.default_rng(4)
    own = features.assign(
        predictor="y0", value=0.5 * features["value"] + generator.normal(size=len(features))
    )
    own = own[~own[["main", "partner"]].apply(tuple, axis=1).isin(list(unknown))]
    return make_design(gains.iloc[leave_out:], pd.concat([features, own]))


def by_hand(made, term, *, semi):
    """The share of all permutations whose t is as far from zero as the observed one."""
    frame, other = made.frame, next(name for name in TERMS if name != term)
    pairs = list(zip(frame["main"], frame["partner"], strict=True))
    y, control = frame["gain"].to_numpy(), sm.add_constant(frame[[other]].to_numpy())
    values = made.features[term].to_dict()
    if semi:
        slopes = sm.OLS(frame[term].to_numpy(), control).fit().params
        rest = made.features[other].to_dict()
        values = {p: v - slopes[0] - slopes[1] * rest.get(p, np.nan) for p, v in values.items()}
    found = []
    for permuted in itertools.permutations(NAMES):
        stands = dict(zip(NAMES, permuted, strict=True))
        own = np.array([values.get((stands[a], stands[b]), np.nan) for a, b in pairs])
        keep = np.isfinite(own)
        found.append(sm.OLS(y[keep], np.column_stack([control, own])[keep]).fit().tvalues[-1])
    return np.mean(np.abs(found) >= abs(found[0]) - 1e-9)


def rows_of(made):
    return coefficient_rows(made.frame, TERMS, made.features, N_TASKS, "a note", 0)


@pytest.mark.parametrize("unknown", [(), [("d/0", "d/1")]])
def test_p_are_those_of_every_permutation_fitted_by_itself(unknown):
    """``d/0`` with ``d/1`` is not measured; without its pair feature, permutations that need it go without."""
    made = small(unknown=unknown)
    assert len(made.frame) == 18
    found = {(row["model"], row["term"]): row for row in rows_of(made)}
    assert set(found) == {("ols", "x0"), ("mrqap", "x0"), ("mrqap", "y0")}
    for (model, term), row in found.items():
        assert row["p"] == pytest.approx(by_hand(made, term, semi=model == "mrqap"), abs=1e-12)
        assert row["note"] == "a note"
    assert found["mrqap", "x0"]["se_method"] == "double semi-partialing (all 120)"
    assert found["ols", "x0"]["se_method"] == "node permutation (all 120)"


def test_estimates_are_the_standardised_coefficients():
    made = small()
    scores = made.frame[["gain", *TERMS]]
    scores = (scores - scores.mean()) / scores.std()
    fit = sm.OLS(scores["gain"], sm.add_constant(scores[TERMS])).fit()
    for row in rows_of(made):
        assert row["estimate"] == pytest.approx(fit.params[row["term"]])
        assert np.isnan([row["se"], row["ci_low"], row["ci_high"], row["df"]]).all()


def test_t_is_that_of_least_squares_and_nan_where_the_others_explain_the_term():
    generator = np.random.default_rng(0)
    values, y = generator.normal(size=(3, 12)), generator.normal(size=12)
    others = sm.add_constant(generator.normal(size=(12, 2)))
    values[2] = others @ [1.0, 2.0, 3.0]
    expected = [sm.OLS(y, np.column_stack([others, row])).fit().tvalues[-1] for row in values[:2]]
    found = partial_t(values, others, y)
    assert found[:2] == pytest.approx(expected)
    assert np.isnan(found[2])


def test_which_terms_are_of_the_main_task():
    frame = small().frame
    assert of_main(frame, "x0")
    assert not of_main(frame, "y0")


def test_collinear_terms_have_no_p():
    made = small()
    frame = made.frame.assign(y0=2 * made.frame["x0"])
    for row in coefficient_rows(frame, TERMS, made.features, N_TASKS, "", 0):
        assert np.isnan([row["estimate"], row["p"]]).all()
        assert row["note"].startswith("collinear: VIF")
