"""Curve statistics recover what a synthetic curve was made of."""

import numpy as np
import pytest

from harness.analysis.predictors.curves import gradients, log_curve, log_fit

STEP = np.linspace(12, 600, 50)


@pytest.mark.parametrize(("a", "b", "c"), [(2.3, -0.4, 0.05), (1.0, -0.1, 2.0), (0.2, 0.15, 0.01)])
def test_log_fit_recovers_a_curve(a, b, c):
    assert log_fit(STEP, log_curve(STEP, a, b, c)) == pytest.approx([a, b, c], rel=1e-4)


def test_log_fit_recovers_a_noisy_curve():
    noise = np.random.default_rng(0).normal(0, 0.01, 50)
    a, b, c = log_fit(STEP, log_curve(STEP, 2.3, -0.4, 0.05) + noise)
    assert (a, b, c) == pytest.approx((2.3, -0.4, 0.05), rel=0.25)


def test_four_parameters_are_one_too_many():
    """``a + b·ln(c·x + d)`` is the same curve with d = 1: c / d takes c's place."""
    curve = 1.5 - 0.3 * np.log(0.1 * STEP + 2.0)
    assert log_fit(STEP, curve) == pytest.approx([1.5 - 0.3 * np.log(2.0), -0.3, 0.05], rel=1e-4)


@pytest.mark.parametrize(
    "curve", [np.full(50, 0.7), 1.0 - 0.001 * STEP, np.full(50, np.nan), np.exp(STEP / 100)], ids=str
)
def test_a_failed_fit_is_nan(curve):
    assert np.isnan(log_fit(STEP, curve)).all()


def test_gradients_of_a_parabola_are_exact():
    found = gradients(STEP, 3 - 0.01 * STEP + 1e-5 * STEP**2, (10, 50, 70))
    at = STEP[0] + (STEP[-1] - STEP[0]) * np.array([0.1, 0.5, 0.7])
    assert found == pytest.approx(-0.01 + 2e-5 * at, rel=1e-2)


def test_gradients_are_a_step_and_smooth():
    generator = np.random.default_rng(1)
    line = 2 - 0.002 * STEP
    found = gradients(STEP, line + generator.normal(0, 0.02, 50), (30, 50, 70))
    assert found == pytest.approx([-0.002] * 3, abs=4e-4)
    raw = np.gradient(line + generator.normal(0, 0.02, 50), STEP)
    assert np.abs(found + 0.002).max() < np.abs(raw + 0.002).max() / 3


def test_short_broken_and_unordered_curves():
    assert np.isnan(gradients(STEP[:4], STEP[:4], (10, 50))).all()
    value = 2 - 0.002 * STEP
    broken = value.copy()
    broken[[3, 20]] = np.nan, np.inf
    order = np.random.default_rng(2).permutation(50)
    assert gradients(STEP, broken, (50,)) == pytest.approx([-0.002], rel=1e-3)
    assert gradients(STEP[order], value[order], (50,)) == pytest.approx([-0.002], rel=1e-3)
