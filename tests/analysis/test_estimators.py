"""The estimators that fit many predictor sets at once, against scikit-learn one by one."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from harness.analysis.estimators import (
    RIDGE_PENALTIES,
    boosting,
    elastic_net,
    logistic,
    logistic_minmax,
    ridge,
)

SHAPES = {"fewer columns than pairs": (2, 24, 5), "more columns than pairs": (2, 24, 40)}
GROUPS = np.repeat(np.arange(6), 4)


def drawn(shape, seed=0):
    generator = np.random.default_rng(seed)
    x, new = generator.lognormal(size=shape), generator.lognormal(size=(shape[0], 7, shape[2]))
    return x, x[0, :, 0] - x[0, :, 1] + generator.normal(0, 0.5, shape[1]), new


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_ridge_is_that_of_leaving_each_group_out(shape):
    """Penalty by refitting without each group, then one fit to all: equal to 1e-8."""
    x, y, new = drawn(shape)
    expected = []
    for own, others in zip(x, new, strict=True):
        scaler = StandardScaler().fit(own)
        errors = [
            ((cross_val_predict(Ridge(a), scaler.transform(own), y, groups=GROUPS, cv=LeaveOneGroupOut()) - y) ** 2)
            .sum() for a in RIDGE_PENALTIES
        ]  # fmt: skip
        best = RIDGE_PENALTIES[int(np.argmin(errors))]
        expected.append(Ridge(best).fit(scaler.transform(own), y).predict(scaler.transform(others)))
    assert ridge(x, y, GROUPS, new) == pytest.approx(np.array(expected), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize(("fit", "scaling"), [(logistic, StandardScaler), (logistic_minmax, MinMaxScaler)])
def test_logistic_is_that_of_scikit_learn(shape, fit, scaling):
    """Probabilities agree with lbfgs to 1e-5."""
    x, gain, new = drawn(shape)
    y = (gain > 0).astype(float)
    for own, others, found in zip(x, new, fit(x, y, GROUPS, new), strict=True):
        scaler = scaling().fit(own)
        model = LogisticRegression(tol=1e-10, max_iter=10000).fit(scaler.transform(own), y)
        assert found == pytest.approx(model.predict_proba(scaler.transform(others))[:, 1], abs=1e-5)


def test_one_sign_is_predicted_as_it_is():
    x, _, new = drawn((2, 8, 3))
    assert (logistic(x, np.ones(8), GROUPS[:8], new) == 1).all()
    assert (logistic(x, np.zeros(8), GROUPS[:8], new) == 0).all()


@pytest.mark.parametrize("fit", [ridge, logistic, elastic_net, boosting])
def test_missing_values_are_the_training_pairs_median(fit):
    x, gain, new = drawn((1, 24, 4))
    y = (gain > 0).astype(float) if fit is logistic else gain
    x[0, 3, 1], new[0, 2, 1], new[0, :, 3], x[0, :, 3] = np.nan, np.nan, 5.0, np.nan
    filled, others = x.copy(), new.copy()
    filled[0, 3, 1] = others[0, 2, 1] = np.nanmedian(x[0, :, 1])
    filled[0, :, 3] = others[0, :, 3] = 0.0
    assert np.isfinite(fit(x, y, GROUPS, new)).all()
    if fit in (ridge, logistic):
        assert fit(x, y, GROUPS, new) == pytest.approx(fit(filled, y, GROUPS, others))


@pytest.mark.parametrize("fit", [elastic_net, boosting])
def test_slower_estimators_learn_and_do_not_look_at_other_draws(fit):
    generator = np.random.default_rng(0)
    x, new = generator.normal(size=(2, 40, 3)), generator.normal(size=(2, 60, 3))
    y, groups = 3 * x[0, :, 0], np.repeat(np.arange(8), 5)
    both = fit(x, y, groups, new)
    assert np.corrcoef(both[0], new[0, :, 0])[0, 1] > 0.8
    assert both[1] == pytest.approx(fit(x[1:], y, groups, new[1:])[0])


def test_one_group_is_split_by_pairs():
    x, y, new = drawn((1, 8, 2))
    for fit in (ridge, elastic_net):
        assert np.isfinite(fit(x, y, np.zeros(8), new)).all()
