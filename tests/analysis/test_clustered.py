"""Covariances that know of shared tasks, against sums over all pairs of pairs."""

import itertools

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.sandwich_covariance import cov_cluster_2groups

from harness.analysis.clustered import dyadic, indefinite, two_way

GENERATOR = np.random.default_rng(0)


def pairs_of(n_tasks, leave_out=3):
    """Directed pairs of named tasks, a few of them not measured, with two terms and gains."""
    pairs = list(itertools.permutations([f"t{i}" for i in range(n_tasks)], 2))[leave_out:]
    x = sm.add_constant(GENERATOR.normal(size=(len(pairs), 2)))
    main, partner = np.array(pairs).T
    return sm.OLS(GENERATOR.normal(size=len(pairs)), x).fit(), main, partner


def double_sum(fit, related):
    """The sandwich whose filling is the sum over every two pairs that ``related(d, e)`` says are dependent."""
    x, residual = fit.model.exog, fit.resid
    filling = np.zeros((x.shape[1], x.shape[1]))
    for d, e in itertools.product(range(len(residual)), repeat=2):
        if related(d, e):
            filling += residual[d] * residual[e] * np.outer(x[d], x[e])
    bread = np.linalg.inv(x.T @ x)
    return bread @ filling @ bread


@pytest.mark.parametrize("n_tasks", [4, 7])
def test_dyadic_is_the_double_sum_over_pairs_that_share_a_task(n_tasks):
    """To a relative 1e-10."""
    fit, main, partner = pairs_of(n_tasks)
    expected = double_sum(fit, lambda d, e: {main[d], partner[d]} & {main[e], partner[e]})
    assert dyadic(fit.model.exog, fit.resid, main, partner) == pytest.approx(expected, rel=1e-10)


def test_two_way_is_statsmodels_and_the_sums_with_their_corrections():
    fit, main, partner = pairs_of(6)
    numbers = [np.unique(end, return_inverse=True)[1] for end in (main, partner)]
    own = two_way(fit, main, partner)
    assert own == pytest.approx(cov_cluster_2groups(fit, *numbers)[0], rel=1e-10)
    n, k = fit.model.exog.shape

    def clustered(n_clusters, related):
        return double_sum(fit, related) * n_clusters / (n_clusters - 1) * (n - 1) / (n - k)

    by_hand = clustered(6, lambda d, e: main[d] == main[e]) + clustered(
        6, lambda d, e: partner[d] == partner[e]
    )
    assert own == pytest.approx(by_hand - clustered(n, lambda d, e: d == e), rel=1e-10)


def test_names_and_order_of_tasks_do_not_matter():
    fit, main, partner = pairs_of(5)
    renamed = {name: f"{9 - i}" for i, name in enumerate(np.unique(main))}
    ends = [np.array([renamed[name] for name in end]) for end in (main, partner)]
    x, residual = fit.model.exog, fit.resid
    assert dyadic(x, residual, *ends) == pytest.approx(dyadic(x, residual, main, partner))
    assert dyadic(x, residual, partner, main) == pytest.approx(dyadic(x, residual, main, partner))


def test_what_keeps_a_covariance_from_giving_errors():
    assert indefinite(np.diag([1.0, 1e-3])) == ""
    assert indefinite(np.array([[1.0, 1.0], [1.0, 1.0]])) == ""
    assert indefinite(np.array([[1.0, 2.0], [2.0, 1.0]])).startswith("covariance not positive semidefinite")
    assert indefinite(-np.eye(2)).startswith("covariance not positive semidefinite")
    assert indefinite(np.diag([1.0, 0.0])).startswith("covariance has a variance of zero")
    assert indefinite(np.diag([1.0, np.nan])) == "covariance not finite"
