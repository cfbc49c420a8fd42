"""The mixed models against statsmodels, what stands in where it fails, and their refusals."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats

from harness.analysis import task_effects
from harness.analysis.mixed import SHARED, mixed_rows, shared_rows
from harness.analysis.reml import fit_reml, indicators
from tests.analysis.pairs_of_tasks import design


def standard(frame, terms):
    numbers = frame[["gain", *terms]]
    return (numbers - numbers.mean()) / numbers.std()


def test_rows_agree_with_statsmodels():
    frame = design(8, 3, effect=0.5, n_predictors=2).frame
    scores = standard(frame, ["x0", "x1"]).assign(main=frame["main"], partner=frame["partner"], all=1)
    components = {"m": "0 + C(main)", "p": "0 + C(partner)"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = smf.mixedlm("gain ~ x0 + x1", scores, groups="all", vc_formula=components).fit()
    assert fit.converged
    for row in mixed_rows(frame, ["x0", "x1"], 8, 0.95, ""):
        estimate, se = fit.fe_params[row["term"]], fit.bse_fe[row["term"]]
        half = stats.t.ppf(0.975, 8 - 3) * se
        assert row["estimate"] == pytest.approx(estimate, abs=2e-3)
        assert row["se"] == pytest.approx(se, rel=2e-2)
        assert (row["ci_low"], row["ci_high"]) == pytest.approx((estimate - half, estimate + half), abs=2e-2)
        assert row["p"] == pytest.approx(2 * stats.t.sf(abs(estimate) / se, 5), abs=2e-2)


def test_without_task_effects_it_is_ordinary_least_squares():
    for seed in range(40):  # a draw whose estimated variances are both zero
        frame = design(6, seed, main_sd=0.0, partner_sd=0.0).frame
        row = mixed_rows(frame, ["x0"], 6, 0.95, "")[0]
        if row["note"] and row["note"].count("estimated as zero") == 2:
            break
    scores = standard(frame, ["x0"])
    plain = sm.OLS(scores["gain"], sm.add_constant(scores[["x0"]])).fit()
    assert (
        row["note"]
        == "variance of main effects estimated as zero; variance of partner effects estimated as zero"
    )
    assert row["estimate"] == pytest.approx(plain.params["x0"])
    assert row["se"] == pytest.approx(plain.bse["x0"])


def test_a_task_level_predictor_has_a_larger_error_than_pairs_suggest():
    frame = design(10, 5).frame
    scores = standard(frame, ["x0"])
    naive = sm.OLS(scores["gain"], sm.add_constant(scores[["x0"]])).fit().bse["x0"]
    assert mixed_rows(frame, ["x0"], 10, 0.95, "")[0]["se"] > 1.5 * naive


def assert_refused(rows, why):
    for row in rows:
        assert np.isnan([row["estimate"], row["se"], row["p"], row["ci_low"], row["ci_high"]]).all()
        assert why in row["note"]


def test_refusals():
    frame = design(6, 0, n_predictors=2).frame
    assert_refused(mixed_rows(design(3, 0).frame, ["x0"], 3, 0.95, ""), "too few tasks: 3")
    assert_refused(mixed_rows(frame.assign(x1=-frame["x0"]), ["x0", "x1"], 6, 0.95, ""), "collinear")
    assert_refused(shared_rows(design(3, 0).frame, ["x0"], 3, 0.95, ""), "too few tasks: 3")


def test_where_statsmodels_fails_own_reml_stands_in(monkeypatch):
    """The note says so, and the numbers are those of statsmodels, when it does not fail, to .2 % of the error."""
    frame = design(10, 5).frame
    theirs = mixed_rows(frame, ["x0"], 10, 0.95, "")[0]
    monkeypatch.setattr(task_effects, "fit_crossed", lambda *_: "did not converge")
    own = mixed_rows(frame, ["x0"], 10, 0.95, "more")[0]
    assert own["note"] == "statsmodels: did not converge; by own REML (Woodbury) instead; more"
    assert theirs["note"] is None
    assert own["estimate"] == pytest.approx(theirs["estimate"], abs=2e-3 * theirs["se"])
    assert own["se"] == pytest.approx(theirs["se"], rel=2e-3)
    assert own["df"] == theirs["df"] == 8


def test_where_both_fail_there_is_no_number(monkeypatch):
    frame = design(6, 0).frame

    def stuck(*arguments):
        return replace(fit_reml(*arguments), failure="the search did not end at a maximum")

    monkeypatch.setattr(task_effects, "fit_crossed", lambda *_: "did not converge")
    monkeypatch.setattr(task_effects, "fit_reml", stuck)
    assert_refused(
        mixed_rows(frame, ["x0"], 6, 0.95, ""), "statsmodels: did not converge; own REML: the search"
    )
    assert_refused(shared_rows(frame, ["x0"], 6, 0.95, ""), "the search did not end at a maximum")

    def singular(*_):
        raise np.linalg.LinAlgError("Singular matrix")

    monkeypatch.setattr(task_effects, "fit_reml", singular)
    assert_refused(mixed_rows(frame, ["x0"], 6, 0.95, ""), "the fit failed: Singular matrix")


def test_shared_effects_are_one_effect_at_both_ends():
    frame = design(8, 2).frame
    scores = standard(frame, ["x0"])
    ends = indicators(frame["main"].to_numpy(str), frame["partner"].to_numpy(str))
    fit = fit_reml(scores["gain"].to_numpy(), sm.add_constant(scores[["x0"]].to_numpy()), [ends[0] + ends[1]])
    row = shared_rows(frame, ["x0"], 8, 0.95, "")[0]
    assert (row["model"], row["se_method"], row["df"]) == ("mixed_shared", SHARED, 6)
    assert (row["estimate"], row["se"]) == pytest.approx((fit.estimate[1], fit.covariance[1, 1] ** 0.5))
