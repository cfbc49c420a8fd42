"""Logistic regression of the sign against statsmodels, and when it has no answer."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from harness.analysis import signs
from harness.analysis.signs import logistic_rows, separated
from tests.analysis.pairs_of_tasks import design


@pytest.fixture(scope="module")
def frame():
    return design(10, 1, effect=0.3, n_predictors=2).frame


def test_rows_agree_with_statsmodels(frame):
    """Its own two-way clustered covariance; t with 10 tasks less 3 fixed effects."""
    terms = ["x0", "x1"]
    x = (frame[terms] - frame[terms].mean()) / frame[terms].std()
    groups = np.column_stack([frame[end].factorize()[0] for end in ("main", "partner")])
    model = sm.Logit((frame["gain"] > 0).astype(float), sm.add_constant(x))
    fit = model.fit(disp=0, cov_type="cluster", cov_kwds={"groups": groups})
    rows = logistic_rows(frame, terms, 10, 0.95, "")
    for row in rows:
        estimate, se = fit.params[row["term"]], fit.bse[row["term"]]
        half = stats.t.ppf(0.975, 7) * se
        assert (row["estimate"], row["se"]) == pytest.approx((estimate, se), rel=1e-6)
        assert (row["ci_low"], row["ci_high"]) == pytest.approx((estimate - half, estimate + half), rel=1e-6)
        assert row["p"] == pytest.approx(2 * stats.t.sf(abs(estimate / se), 7), rel=1e-6)
        assert (row["model"], row["df"], row["note"]) == ("logistic", 7, None)


@pytest.mark.parametrize(
    ("change", "n_tasks", "why"),
    [
        (lambda f: f.assign(gain=f["gain"] ** 2 + 1), 10, "all gains are positive"),
        (lambda f: f.assign(gain=-(f["gain"] ** 2)), 10, "all gains are zero or negative"),
        (lambda f: f.assign(gain=f["x0"] - 0.1), 10, "the terms separate positive gains from the others"),
        (lambda f: f.assign(x1=2 * f["x0"]), 10, "collinear: VIF of x"),
        (lambda f: f, 3, "too few tasks: 3 for 2 terms"),
        (
            lambda f: f.assign(gain=np.resize([1.0, -1.0], len(f))).iloc[:4],
            10,
            "too few pairs: 4 for 2 terms",
        ),
    ],
)
def test_what_cannot_be_said_is_null_with_the_reason(frame, change, n_tasks, why):
    for row in logistic_rows(change(frame), ["x0", "x1"], n_tasks, 0.95, "a note"):
        assert np.isnan([row["estimate"], row["se"], row["p"], row["ci_low"], row["ci_high"]]).all()
        assert row["note"].startswith(why)
        assert row["note"].endswith("a note")


def test_separation_may_be_but_for_ties():
    x = np.array([[-2.0], [-1.0], [0.0], [0.0], [1.0], [2.0]])
    assert separated(x, np.array([0, 0, 0, 1, 1, 1], bool))  # at zero there are both signs
    assert separated(x, np.array([0, 0, 0, 0, 1, 1], bool))
    assert not separated(x, np.array([0, 1, 0, 1, 0, 1], bool))
    assert not separated(x, np.array([0, 0, 1, 0, 0, 1], bool))


def test_no_convergence_and_indefinite_covariances_are_said(frame, monkeypatch):
    monkeypatch.setattr(signs, "two_way", lambda *_: np.diag([1.0, -0.1, 1.0]))
    for row in logistic_rows(frame, ["x0", "x1"], 10, 0.95, ""):
        assert np.isfinite(row["estimate"])
        assert np.isnan([row["se"], row["p"]]).all()
        assert row["note"].startswith("covariance not positive semidefinite")
    fit = sm.Logit.fit
    monkeypatch.setattr(sm.Logit, "fit", lambda self, disp, maxiter: fit(self, disp=0, maxiter=1))
    assert logistic_rows(frame, ["x0"], 10, 0.95, "")[0]["note"] == "did not converge"
