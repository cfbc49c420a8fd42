"""Correlations against scipy, node permutations against brute force, and their size under the null."""

import itertools

import numpy as np
import pytest
from scipy import stats

from harness.analysis.permutation import node_permutation, pearson, spearman, task_permutations


@pytest.mark.parametrize(("own", "reference"), [(pearson, stats.pearsonr), (spearman, stats.spearmanr)])
def test_rows_agree_with_scipy(own, reference):
    generator = np.random.default_rng(0)
    x, y = generator.integers(0, 6, (5, 20)).astype(float), generator.normal(size=20)
    assert own(x, y) == pytest.approx([reference(row, y).statistic for row in x])
    x[0, :4] = np.nan
    x[1, 7] = np.nan
    expected = [reference(row[np.isfinite(row)], y[np.isfinite(row)]).statistic for row in x]
    assert own(x, y) == pytest.approx(expected)


@pytest.mark.parametrize("own", [pearson, spearman])
def test_a_constant_row_has_no_correlation(own):
    assert np.isnan(own(np.full((1, 6), 0.1 + 0.2), np.arange(6.0))).all()


def test_few_tasks_are_permuted_in_every_way():
    permutations, exact = task_permutations(4, seed=0)
    assert exact
    assert len({tuple(p) for p in permutations}) == 24
    drawn, exact = task_permutations(9, seed=0, draws=50)
    assert not exact
    assert drawn.shape == (50, 9)
    assert (np.sort(drawn, axis=1) == np.arange(9)).all()
    assert (drawn == task_permutations(9, seed=0, draws=50)[0]).all()


def test_exact_p_equals_brute_force():
    generator = np.random.default_rng(3)
    n = 5
    matrix, gains = generator.normal(size=(n, n)), generator.normal(size=(n, n))
    pairs = [p for p in itertools.permutations(range(n), 2) if p != (1, 3)]
    y = np.array([gains[p] for p in pairs])
    observed = stats.pearsonr([matrix[p] for p in pairs], y).statistic
    drawn = [
        stats.pearsonr([matrix[s[i], s[j]] for i, j in pairs], y).statistic
        for s in itertools.permutations(range(n))
    ]
    expected = np.mean(np.abs(drawn) >= abs(observed) - 1e-12)
    main, partner = np.array(pairs).T
    r, p, how = node_permutation(pearson, matrix, y, main, partner, seed=0)
    assert (r, p) == pytest.approx((observed, expected))
    assert how == "node permutation (all 120)"


@pytest.mark.parametrize("n_tasks", [6, 8])
def test_p_is_uniform_when_a_task_level_predictor_does_nothing(n_tasks):
    """Main effects make pairs dependent: a test that permutes tasks keeps its size, one on pairs does not."""
    generator = np.random.default_rng(n_tasks)
    main, partner = np.array(list(itertools.permutations(range(n_tasks), 2))).T
    own, naive = [], []
    for seed in range(200):
        matrix = np.repeat(generator.normal(size=(n_tasks, 1)), n_tasks, axis=1)
        y = generator.normal(size=n_tasks)[main] + 0.6 * generator.normal(size=n_tasks)[partner]
        y += generator.normal(size=len(main))
        own.append(node_permutation(pearson, matrix, y, main, partner, seed, draws=999)[1])
        naive.append(stats.pearsonr(matrix[main, partner], y).pvalue)
    assert np.mean(np.array(own) <= 0.05) < 0.10
    assert np.mean(np.array(naive) <= 0.05) > 0.15
    assert stats.kstest(own, "uniform").pvalue > 0.001
