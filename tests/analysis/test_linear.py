"""OLS against statsmodels called directly, its errors against sums written out, and its refusals."""

import numpy as np
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from harness.analysis import linear
from harness.analysis.linear import DYADIC, HC3, METHODS, TWO_WAY, collinear, ols_rows
from tests.analysis.pairs_of_tasks import design


def by(method, frame, terms, n_tasks, confidence=0.95):
    return [r for r in ols_rows(frame, terms, n_tasks, confidence, "") if r["se_method"] == method]


@pytest.fixture(scope="module")
def frame():
    return design(8, 1, effect=0.5, n_predictors=2).frame


@pytest.fixture(scope="module")
def scores(frame):
    numbers = frame[["gain", "x0", "x1"]]
    return (numbers - numbers.mean()) / numbers.std()


def test_hc3_agrees_with_statsmodels(frame, scores):
    fit = smf.ols("gain ~ x0 + x1", scores).fit(cov_type="HC3", use_t=True)
    for row in by(HC3, frame, ["x0", "x1"], 8, 0.9):
        assert row["estimate"] == pytest.approx(fit.params[row["term"]])
        assert row["se"] == pytest.approx(fit.bse[row["term"]])
        assert row["p"] == pytest.approx(fit.pvalues[row["term"]])
        assert (row["ci_low"], row["ci_high"]) == pytest.approx(tuple(fit.conf_int(0.1).loc[row["term"]]))
        assert (row["n"], row["n_tasks"], row["df"]) == (56, 8, 53)


def test_two_way_agrees_with_statsmodels(frame, scores):
    """Clusters of both kinds, given to statsmodels' own fit; t with tasks less fixed effects degrees of freedom."""
    groups = np.column_stack([frame[end].factorize()[0] for end in ("main", "partner")])
    fit = smf.ols("gain ~ x0 + x1", scores).fit(cov_type="cluster", cov_kwds={"groups": groups})
    for row in by(TWO_WAY, frame, ["x0", "x1"], 8):
        estimate, se = fit.params[row["term"]], fit.bse[row["term"]]
        half = stats.t.ppf(0.975, 5) * se
        assert (row["estimate"], row["se"]) == pytest.approx((estimate, se))
        assert (row["ci_low"], row["ci_high"]) == pytest.approx((estimate - half, estimate + half))
        assert row["p"] == pytest.approx(2 * stats.t.sf(abs(estimate / se), 5))
        assert row["df"] == 5


def test_a_row_for_every_term_and_method(frame):
    rows = ols_rows(frame, ["x0", "x1"], 8, 0.95, "a note")
    assert [(r["term"], r["se_method"]) for r in rows] == [(t, m) for t in ("x0", "x1") for m in METHODS]
    assert all(r["note"].endswith("a note") for r in rows)
    assert len({r["estimate"] for r in rows}) == 2


def test_an_indefinite_covariance_leaves_the_estimate_alone(frame, monkeypatch):
    monkeypatch.setattr(linear, "dyadic", lambda *_: np.diag([1.0, 1.0, -0.1]))
    for row in by(DYADIC, frame, ["x0", "x1"], 8):
        assert np.isnan([row["se"], row["p"], row["ci_low"], row["ci_high"], row["df"]]).all()
        assert np.isfinite(row["estimate"])
        assert row["note"] == "covariance not positive semidefinite: no standard error"
    assert np.isfinite(by(HC3, frame, ["x0"], 8)[0]["se"])


def test_fewer_tasks_than_terms_have_no_clustered_error(frame):
    rows = by(TWO_WAY, frame, ["x0", "x1"], 3) + by(DYADIC, frame, ["x0", "x1"], 3)
    assert np.isnan([[row["se"], row["p"]] for row in rows]).all()
    assert {row["note"] for row in rows} == {"too few tasks: 3 for 2 terms"}


def test_errors_are_hc3_written_out(frame):
    x = np.column_stack([np.ones(len(frame)), (frame["x0"] - frame["x0"].mean()) / frame["x0"].std()])
    y = ((frame["gain"] - frame["gain"].mean()) / frame["gain"].std()).to_numpy()
    bread = np.linalg.inv(x.T @ x)
    residual = y - x @ bread @ x.T @ y
    leverage = np.einsum("ij,jk,ik->i", x, bread, x)
    covariance = bread @ (x.T * (residual / (1 - leverage)) ** 2) @ x @ bread
    assert ols_rows(frame, ["x0"], 8, 0.95, "")[0]["se"] == pytest.approx(np.sqrt(covariance[1, 1]))


def test_collinear_terms_give_a_note_and_no_number(frame):
    double = frame.assign(x1=2 * frame["x0"] + 1e-4 * frame["x1"])
    for row in ols_rows(double, ["x0", "x1"], 8, 0.95, "a note"):
        assert np.isnan([row["estimate"], row["se"], row["p"], row["ci_low"], row["ci_high"]]).all()
        assert row["note"].startswith("collinear: VIF of x")
        assert row["note"].endswith("; a note")
    exact = frame.assign(x1=2 * frame["x0"])
    assert np.isnan(ols_rows(exact, ["x0", "x1"], 8, 0.95, "")[0]["estimate"])


def test_vif_is_one_over_one_minus_r_squared():
    generator = np.random.default_rng(0)
    x = generator.normal(size=(200, 2))
    x[:, 1] += 5 * x[:, 0]
    inflation = 1 / (1 - np.corrcoef(x.T)[0, 1] ** 2)
    assert collinear(x, ["a", "b"]) == f"collinear: VIF of a is {inflation:.3g}"


def test_too_few_pairs(frame):
    row = ols_rows(frame.iloc[:3], ["x0"], 3, 0.95, "")[0]
    assert np.isnan(row["estimate"])
    assert row["note"] == "too few pairs: 3 for 1 terms"


def test_a_pair_that_decides_alone_and_a_perfect_fit_give_no_number(frame):
    lonely = frame.iloc[:10].assign(x0=[1.0] + [0.0] * 9)
    row = ols_rows(lonely, ["x0"], 8, 0.95, "")[0]
    assert np.isnan([row["estimate"], row["se"], row["p"]]).all()
    assert "leverage one" in row["note"]
    perfect = ols_rows(frame.assign(gain=3 * frame["x0"] - 1), ["x0"], 8, 0.95, "")[0]
    assert np.isnan([perfect["estimate"], perfect["se"]]).all()
    assert "no residual" in perfect["note"]
