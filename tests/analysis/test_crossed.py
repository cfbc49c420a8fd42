"""Fits by statsmodels: which count, and what is tried before giving up."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from harness.analysis import crossed
from harness.analysis.crossed import METHODS, fit_crossed, wrong
from harness.analysis.linear import standardised
from harness.analysis.reml import Reml, fit_reml, indicators
from tests.analysis.pairs_of_tasks import design

KNOWN = Reml(np.zeros(2), np.eye(2), 1.0, np.array([1.0, 1.0]), -50.0)


def fit_with(**changes):
    covariance = changes.pop("covariance", np.eye(2))
    given = {"converged": True, "llf": -50.0, "fe_params": np.zeros(2), "cov_params": lambda: covariance}
    return SimpleNamespace(**(given | changes))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"converged": False}, "did not converge"),
        ({"llf": -51.0}, "converged to less than the highest likelihood"),
        ({"covariance": np.diag([1.0, -0.1])}, "covariance of the estimates not positive definite"),
        ({"covariance": np.diag([1.0, np.nan])}, "covariance of the estimates not positive definite"),
    ],
)
def test_which_fits_count(changes, why):
    assert wrong(fit_with(**changes), KNOWN) == why


def test_a_known_fit_that_failed_is_no_yardstick():
    assert wrong(fit_with(llf=-60.0), replace(KNOWN, failure="stuck")) == ""
    assert wrong(fit_with(llf=-60.0)) == ""


@pytest.fixture(scope="module")
def gains():
    frame = design(6, 0).frame
    y, x = standardised(frame, ["gain"])[:, 0], standardised(frame, ["x0"])
    members = {end: frame[end].to_numpy(str) for end in ("main", "partner")}
    known = fit_reml(y, np.column_stack([np.ones(len(y)), x]), indicators(*members.values()))
    return y, x, members, known


def test_several_methods_and_starts_are_tried_before_giving_up(gains, monkeypatch):
    tried = []
    monkeypatch.setattr(crossed, "_fit", lambda _, start, methods: tried.append((start, methods)) or "no")
    assert fit_crossed(*gains) == "no"
    assert [methods for _, methods in tried] == [*METHODS, *METHODS]
    assert [start is None for start, _ in tried] == [True, True, False, False]
    tried.clear()
    assert fit_crossed(*gains[:3]) == "no"
    assert len(tried) == len(METHODS)


def test_the_start_of_a_known_fit_is_its_maximum(gains):
    """statsmodels, started there, has that likelihood; variances are given in its own order."""
    y, x, members, known = gains
    model = crossed.crossed_model(y, x, members)
    start = crossed._start(model, known, list(members))
    model.cov_pen = model.fe_pen = None  # what a fit sets first
    assert model.loglike(start, profile_fe=False) == pytest.approx(known.log_likelihood, abs=1e-6)
    assert fit_crossed(*gains).llf == pytest.approx(known.log_likelihood, abs=1e-3)


def test_an_error_of_a_fit_is_said(gains, monkeypatch):
    def singular(*_, **__):
        raise np.linalg.LinAlgError("Singular matrix")

    monkeypatch.setattr(crossed.MixedLM, "fit", singular)
    assert fit_crossed(*gains) == "the fit failed: Singular matrix"
