"""Permutations of gains, all predictors at once, against permutations of one predictor."""

import itertools

import numpy as np
import pytest
from scipy import stats

from harness.analysis.closed import closed_correlations, is_closed
from harness.analysis.permutation import node_permutation, pearson, spearman


@pytest.mark.parametrize("statistic", [pearson, spearman])
def test_over_all_permutations_it_is_the_same(statistic):
    generator = np.random.default_rng(0)
    matrices, gain = generator.normal(size=(3, 5, 5)), generator.normal(size=20)
    main, partner = np.array(list(itertools.permutations(range(5), 2))).T
    values = matrices[:, main, partner].T
    ranked = statistic is spearman
    given = (stats.rankdata(values, axis=0), stats.rankdata(gain)) if ranked else (values, gain)
    estimates, p, how = closed_correlations(*given, main, partner, 0)
    expected = [node_permutation(statistic, matrix, gain, main, partner, 0) for matrix in matrices]
    assert estimates == pytest.approx([r for r, _, _ in expected])
    assert p == pytest.approx([found for _, found, _ in expected])
    assert how == "node permutation (all 120)"


def test_random_permutations_give_nearly_the_p_of_others():
    """Two samples of 5,000 permutations: p of .3 or so differ by less than .03 (3 standard errors)."""
    generator = np.random.default_rng(1)
    main, partner = np.array(list(itertools.permutations(range(9), 2))).T
    matrix, gain = generator.normal(size=(9, 9)), generator.normal(size=72)
    one = closed_correlations(matrix[main, partner][:, None], gain, main, partner, 0)
    other = node_permutation(pearson, matrix, gain, main, partner, 1)
    assert one[0][0] == pytest.approx(other[0])
    assert one[1][0] == pytest.approx(other[1], abs=0.03)
    assert one[2] == "node permutation (5000)"


def test_closed_is_every_directed_pair():
    main, partner = np.array(list(itertools.permutations(range(4), 2))).T
    assert is_closed(main, partner)
    assert not is_closed(main[1:], partner[1:])
