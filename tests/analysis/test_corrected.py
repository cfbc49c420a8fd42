"""The corrected t against direct formulas, statsmodels, and a simulation."""

import numpy as np
import pytest
from scipy import integrate, stats
from statsmodels.stats.power import TTestPower

from harness.analysis.corrected import CorrectedT, corrected_t, noncentrality

DIFFERENCES = np.array([0.02, 0.05, -0.01, 0.03, 0.04, 0.00])


def test_interval_and_p_follow_the_formula():
    found = corrected_t(DIFFERENCES, 0.5)
    variance = sum((d - DIFFERENCES.mean()) ** 2 for d in DIFFERENCES) / 5
    se = np.sqrt((1 / 6 + 0.5) * variance)
    t = DIFFERENCES.mean() / se
    assert found.se == pytest.approx(se)
    assert found.interval(0.9) == pytest.approx(stats.t.interval(0.9, 5, loc=DIFFERENCES.mean(), scale=se))
    assert found.p == pytest.approx(2 * (1 - stats.t.cdf(t, 5)))


def test_without_shared_training_clips_it_is_the_plain_t_test():
    found = corrected_t(DIFFERENCES, 0.0)
    plain = stats.ttest_1samp(DIFFERENCES, 0.0)
    assert found.p == pytest.approx(plain.pvalue)
    assert found.interval(0.95) == pytest.approx(tuple(plain.confidence_interval(0.95)))


def test_interval_and_p_agree_on_zero():
    found = corrected_t(DIFFERENCES, 0.25)
    low, _ = found.interval(1 - found.p)
    assert low == pytest.approx(0.0, abs=1e-12)


def test_rope_probabilities_are_areas_of_the_posterior():
    found = CorrectedT(mean=0.012, se=0.009, n=6)

    def density(x):
        """The posterior of Benavoli et al. 2017: location-scale Student t with n - 1 degrees of freedom."""
        return stats.t.pdf((x - 0.012) / 0.009, 5) / 0.009

    inside = integrate.quad(density, -0.01, 0.01)[0]
    below = integrate.quad(density, -np.inf, -0.01)[0]
    assert found.rope(0.01) == pytest.approx((below, inside, 1 - below - inside), abs=1e-7)
    assert sum(found.rope(0.0)) == pytest.approx(1.0)
    assert found.rope(0.0)[1] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("n", [3, 6, 15, 50])
@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_detectable_gain_has_the_stated_power(n, confidence):
    effect = noncentrality(n - 1, 1 - confidence, 0.8) / np.sqrt(n)
    power = TTestPower().power(effect, n, 1 - confidence, alternative="two-sided")
    assert power == pytest.approx(0.8, abs=1e-6)


def test_detectable_gain_of_two_differences():
    """One degree of freedom, where statsmodels gives NaN: integrate over the standard error."""
    shift, critical = noncentrality(1, 0.05, 0.8), stats.t.ppf(0.975, 1)

    def found(u):
        """Power given a standard error of ``u`` times the true one, times its (half-normal) density."""
        return (
            (stats.norm.sf(critical * u - shift) + stats.norm.cdf(-critical * u - shift))
            * 2
            * stats.norm.pdf(u)
        )

    assert integrate.quad(found, 0, 10, limit=200)[0] == pytest.approx(0.8, abs=1e-6)


def test_detectable_gain_scales_with_the_error_and_survives_few_differences():
    found = corrected_t(DIFFERENCES, 0.5)
    assert found.detectable(0.95) == pytest.approx(noncentrality(5, 0.05, 0.8) * found.se, rel=1e-9)
    assert found.detectable(0.95) > stats.t.ppf(0.975, 5) * found.se
    assert np.isfinite(noncentrality(1, 0.001, 0.8))


@pytest.mark.parametrize("differences", [[], [0.1], [0.1, 0.1, 0.1], [1e9, 1e9 + 1e-7]])
def test_no_inference_from_one_difference_or_no_variance(differences):
    assert corrected_t(np.array(differences), 0.5) is None


@pytest.mark.parametrize(("folds", "seeds"), [(3, 2), (5, 1)])
def test_interval_covers_the_truth_when_folds_share_training_clips(folds, seeds):
    """Equicorrelated with n_test / (n_test + n_train): 95 % intervals cover 93 to 97 %."""
    n, n_test, n_train, draws = folds * seeds, 100, 160, 2000
    rho = n_test / (n_test + n_train)
    generator = np.random.default_rng(folds)
    shared = generator.normal(size=(draws, 1))
    differences = 0.02 + 0.03 * (np.sqrt(rho) * shared + np.sqrt(1 - rho) * generator.normal(size=(draws, n)))
    covered = naive = 0
    for row in differences:
        low, high = corrected_t(row, n_test / n_train).interval(0.95)
        covered += low <= 0.02 <= high
        low, high = corrected_t(row, 0.0).interval(0.95)
        naive += low <= 0.02 <= high
    assert 0.93 <= covered / draws <= 0.97
    assert naive / draws < 0.90
