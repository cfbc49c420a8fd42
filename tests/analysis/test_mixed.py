"""The crossed mixed model against statsmodels, against its likelihood written out, and its refusals."""

import warnings

import numpy as np
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats

from harness.analysis import mixed
from harness.analysis.mixed import fit_crossed, mixed_rows
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


def test_fit_is_the_maximum_of_the_restricted_likelihood():
    """No pair of variances on a fine grid has a higher REML likelihood, written out."""
    frame = design(6, 4).frame
    scores = standard(frame, ["x0"])
    y, x = scores["gain"].to_numpy(), sm.add_constant(scores[["x0"]].to_numpy())
    members = {name: frame[name].to_numpy(dtype=str) for name in ("main", "partner")}
    zs = [np.equal.outer(m, m).astype(float) for m in members.values()]

    def likelihood(ratios):
        v = np.eye(len(y)) + ratios[0] * zs[0] + ratios[1] * zs[1]
        inverse = np.linalg.inv(v)
        information = x.T @ inverse @ x
        residual = y - x @ np.linalg.solve(information, x.T @ inverse @ y)
        df = len(y) - x.shape[1]
        scale = residual @ inverse @ residual / df
        return -0.5 * (df * np.log(scale) + np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = fit_crossed(y, scores[["x0"]].to_numpy(), members)
    ratios = [fit.vcomp[fit.model.exog_vc.names.index(name)] / fit.scale for name in ("main", "partner")]
    best = likelihood(ratios)
    grid = np.linspace(0, 4, 30)
    assert best >= max(likelihood((a, b)) for a in grid for b in grid) - 1e-4


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


def test_refusals(monkeypatch):
    frame = design(6, 0, n_predictors=2).frame
    assert_refused(mixed_rows(design(3, 0).frame, ["x0"], 3, 0.95, ""), "too few tasks: 3")
    assert_refused(mixed_rows(frame.assign(x1=-frame["x0"]), ["x0", "x1"], 6, 0.95, ""), "collinear")

    class Stuck:
        converged = False

        def cov_params(self):
            return np.eye(2)

    monkeypatch.setattr(mixed, "fit_crossed", lambda *_: Stuck())
    assert_refused(mixed_rows(frame, ["x0"], 6, 0.95, "more"), "did not converge; more")

    class Indefinite(Stuck):
        converged, vcomp, scale = True, np.array([1.0, 1.0]), 1.0

        def cov_params(self):
            return np.diag([1.0, -0.1])

    monkeypatch.setattr(mixed, "fit_crossed", lambda *_: Indefinite())
    assert_refused(
        mixed_rows(frame, ["x0"], 6, 0.95, ""), "covariance of the estimates not positive definite"
    )

    def singular(*_):
        raise np.linalg.LinAlgError("Singular matrix")

    monkeypatch.setattr(mixed, "fit_crossed", singular)
    assert_refused(mixed_rows(frame, ["x0"], 6, 0.95, ""), "the fit failed: Singular matrix")
