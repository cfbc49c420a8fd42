"""OLS with HC3 against statsmodels called directly, and against the estimator written out."""

import numpy as np
import pytest
import statsmodels.formula.api as smf

from harness.analysis.linear import collinear, ols_rows
from tests.analysis.pairs_of_tasks import design


@pytest.fixture(scope="module")
def frame():
    return design(8, 1, effect=0.5, n_predictors=2).frame


def test_rows_agree_with_statsmodels(frame):
    numbers = frame[["gain", "x0", "x1"]]
    scores = (numbers - numbers.mean()) / numbers.std()
    fit = smf.ols("gain ~ x0 + x1", scores).fit(cov_type="HC3", use_t=True)
    for row in ols_rows(frame, ["x0", "x1"], 8, 0.9, ""):
        assert row["estimate"] == pytest.approx(fit.params[row["term"]])
        assert row["se"] == pytest.approx(fit.bse[row["term"]])
        assert row["p"] == pytest.approx(fit.pvalues[row["term"]])
        assert (row["ci_low"], row["ci_high"]) == pytest.approx(tuple(fit.conf_int(0.1).loc[row["term"]]))
        assert (row["n"], row["n_tasks"], row["se_method"]) == (56, 8, "HC3")


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
