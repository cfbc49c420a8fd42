"""CKA and RSA: invariances, hand-computed cases, and a direct double sum for the unbiased HSIC."""

import itertools

import numpy as np
import pytest
from scipy import stats

from harness.measures import linear_cka, rsa

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(12, 5)), RNG.normal(size=(12, 3))


def rotation(p):
    return np.linalg.qr(RNG.normal(size=(p, p)))[0]


@pytest.mark.parametrize("unbiased", [False, True])
def test_a_rotation_a_scale_and_a_shift_change_nothing(unbiased):
    assert linear_cka(X, 3 * X @ rotation(5) + 7, unbiased=unbiased) == pytest.approx(1, abs=1e-12)
    moved = linear_cka(X @ rotation(5) - 1, 0.1 * Y @ rotation(3), unbiased=unbiased)
    assert moved == pytest.approx(linear_cka(X, Y, unbiased=unbiased), abs=1e-12)


def test_cka_by_hand():
    """One feature each: the squared correlation. (-1, 0, 1) and (1, -2, 1) are orthogonal, (0, 0, 3) is not."""
    x, y = np.array([[-1.0], [0], [1]]), np.array([[1.0], [-2], [1]])
    assert linear_cka(x, y) == pytest.approx(0, abs=1e-15)
    # centred (-1, -1, 2): inner product 3, squared norms 2 and 6: 9 / 12
    assert linear_cka(x, np.array([[0.0], [0], [3]])) == pytest.approx(0.75, abs=1e-12)


@pytest.mark.parametrize("p", [3, 40])
def test_both_forms_of_cka_agree_with_the_definition(p):
    x = RNG.normal(size=(12, p))
    h = np.eye(12) - 1 / 12
    k, m = h @ x @ x.T @ h, h @ Y @ Y.T @ h
    expected = np.trace(k @ m) / np.sqrt(np.trace(k @ k) * np.trace(m @ m))
    assert linear_cka(x, Y) == pytest.approx(expected, rel=1e-10)


def hsic(k, m):
    """The unbiased HSIC as a U-statistic: the mean over ordered quadruples of different samples."""
    terms = [
        k[i, j] * (m[i, j] + m[q, r] - 2 * m[i, q]) for i, j, q, r in itertools.permutations(range(len(k)), 4)
    ]
    return np.mean(terms)


def test_the_unbiased_form_is_the_mean_over_quadruples():
    x, y = X[:7], Y[:7]
    k, m = x @ x.T, y @ y.T
    expected = hsic(k, m) / np.sqrt(hsic(k, k) * hsic(m, m))
    assert linear_cka(x, y, unbiased=True) == pytest.approx(expected, rel=1e-9)


def test_unrelated_wide_features_look_alike_only_to_the_biased_form():
    pairs = [(RNG.normal(size=(20, 400)), RNG.normal(size=(20, 400))) for _ in range(20)]
    assert min(linear_cka(x, y) for x, y in pairs) > 0.9
    assert abs(np.mean([linear_cka(x, y, unbiased=True) for x, y in pairs])) < 0.05


def test_rsa_against_single_correlations():
    def distances(x):
        return [1 - np.corrcoef(x[i], x[j])[0, 1] for i, j in itertools.combinations(range(len(x)), 2)]

    expected = stats.spearmanr(distances(X), distances(Y)).statistic
    assert rsa(X, Y) == pytest.approx(expected, abs=1e-12)
    assert rsa(X, 2 * X + 5) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    ("measure", "x", "y", "reason"),
    [
        (linear_cka, X, Y[:5], "12 and 5 samples"),
        (linear_cka, X[:2], Y[:2], "found 2 samples, at least 3"),
        (linear_cka, np.ones((5, 2)), Y[:5], "same features"),
        (linear_cka, X * np.nan, Y, "60 of 60 values are not finite"),
        (linear_cka, X[:, 0], Y, r"found the shape \(12,\)"),
        (rsa, np.vstack([X[:11], np.ones(5)]), Y, "1 of 12 samples have features that are all equal"),
        (rsa, X[:3], Y[:3], "at least 4"),
    ],
)
def test_what_has_no_value_is_an_error(measure, x, y, reason):
    with pytest.raises(ValueError, match=reason):
        measure(x, y)
