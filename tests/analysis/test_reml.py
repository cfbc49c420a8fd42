"""Own REML against its likelihood written out, against statsmodels, and at the edges of what it can fit."""

import warnings

import numpy as np
import pytest
import statsmodels.api as sm

from harness.analysis.crossed import crossed_model
from harness.analysis.linear import standardised
from harness.analysis.reml import RestrictedLikelihood, fit_reml, indicators
from tests.analysis.pairs_of_tasks import design


def case(n_tasks, seed, *, shared=False, drop=0, **options):
    frame = design(n_tasks, seed, effect=0.5, **options).frame.iloc[drop:]
    y, x = standardised(frame, ["gain"])[:, 0], sm.add_constant(standardised(frame, ["x0"]))
    effects = indicators(frame["main"].to_numpy(str), frame["partner"].to_numpy(str))
    return frame, y, x, [effects[0] + effects[1]] if shared else effects


def written_out(y, x, effects, ratios):
    """The restricted log-likelihood by the whole covariance of the gains."""
    v = np.eye(len(y)) + sum(ratio * z @ z.T for ratio, z in zip(ratios, effects, strict=True))
    inverse, df = np.linalg.inv(v), len(y) - x.shape[1]
    information = x.T @ inverse @ x
    estimate = np.linalg.solve(information, x.T @ inverse @ y)
    residual = y - x @ estimate
    scale = residual @ inverse @ residual / df
    log = np.log(2 * np.pi * scale) + 1
    value = -0.5 * (df * log + np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1])
    return value, estimate, scale * np.linalg.inv(information), scale


def derivative(function, at, step=1e-4):
    """Central differences."""
    steps = step * np.eye(len(at))
    return np.array([(function(at + one) - function(at - one)) / (2 * step) for one in steps])


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("ratios", [(0.0, 0.7), (2.0, 0.1)])
def test_likelihood_and_estimates_are_those_of_the_whole_covariance(shared, ratios):
    """To a relative 1e-9, on a table with gaps; gradients to 1e-5."""
    _, y, x, effects = case(6, 0, shared=shared, drop=4)
    ratios = np.array(ratios[: len(effects)])
    likelihood = RestrictedLikelihood(y, x, effects)
    fit, _ = likelihood.at(ratios)
    value, estimate, covariance, scale = written_out(y, x, effects, ratios)
    assert (fit.log_likelihood, fit.scale) == pytest.approx((value, scale), rel=1e-9)
    assert fit.estimate == pytest.approx(estimate, abs=1e-9)
    assert fit.covariance == pytest.approx(covariance, abs=1e-9)
    inside = ratios + 0.05
    numeric = derivative(lambda r: written_out(y, x, effects, r)[0], inside)
    assert likelihood.at(inside)[1] == pytest.approx(numeric, abs=1e-5)


@pytest.mark.parametrize(("n_tasks", "seed"), [(8, 3), (10, 2)])
def test_agrees_with_statsmodels_where_that_converges(n_tasks, seed):
    """Estimates to .2 % of their error, errors and variances to .5 %, the log-likelihood to 1e-3."""
    frame, y, x, effects = case(n_tasks, seed)
    members = {end: frame[end].to_numpy(str) for end in ("main", "partner")}
    model = crossed_model(y, x[:, 1:], members)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = model.fit(reml=True, method=["powell", "nm"])
    assert theirs.converged
    own = fit_reml(y, x, effects)
    assert own.failure == ""
    errors = np.sqrt(np.diag(own.covariance))
    assert own.estimate == pytest.approx(np.asarray(theirs.fe_params), abs=2e-3 * errors.min())
    assert errors == pytest.approx(np.asarray(theirs.bse_fe), rel=5e-3)
    assert own.ratios * own.scale == pytest.approx(theirs.vcomp, rel=5e-3, abs=1e-4)
    assert own.log_likelihood == pytest.approx(theirs.llf, abs=1e-3)


def test_no_ratios_on_a_grid_are_likelier():
    _, y, x, effects = case(6, 4)
    own = fit_reml(y, x, effects)
    grid = np.linspace(0, 4, 12)
    assert own.log_likelihood >= max(written_out(y, x, effects, (a, b))[0] for a in grid for b in grid) - 1e-6


def test_a_variance_of_zero_is_an_answer():
    """Gains without task effects: where both variances are zero, it is ordinary least squares."""
    for seed in range(40):
        _, y, x, effects = case(6, seed, main_sd=0.0, partner_sd=0.0)
        own = fit_reml(y, x, effects)
        if not own.ratios.any():
            break
    plain = sm.OLS(y, x).fit()
    assert own.failure == ""
    assert own.estimate == pytest.approx(plain.params)
    assert own.covariance == pytest.approx(plain.cov_params())


def test_what_cannot_be_fitted():
    _, y, x, effects = case(6, 0)
    with pytest.raises(np.linalg.LinAlgError):
        fit_reml(x @ [1.0, 2.0], x, effects)
    only_mains = fit_reml(effects[0] @ np.arange(6.0) ** 2, x, effects)
    assert only_mains.failure == "the residual variance is estimated as zero"
    assert fit_reml(y, x, effects, starts=(0.5,)).failure == ""
