"""Ridge and logistic regression of many predictor sets at once, and slower estimators one by one.

Every estimator is called as ``fit(x [draws, pairs, columns], y [pairs], groups [pairs], new [draws, others,
columns])`` and returns predictions ``[draws, others]``: the predictors and their random rivals are fitted
alike, together. Imputation (medians), scaling and selection see the training pairs alone.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, enet_path
from sklearn.model_selection import GroupKFold, KFold

Fit = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]

RIDGE_PENALTIES = np.logspace(-3, 3, 13)
NEWTON_STEPS, GRADIENT_TOLERANCE = 25, 1e-6
INNER_FOLDS, TREES = 3, 20


def ridge(x: np.ndarray, y: np.ndarray, groups: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Ridge regression on standardised columns; penalty (1e-3 … 1e3) by leaving each group of the training
    pairs out in turn.

    The residuals of a group left out come from the fit to all, ``(I - H_gg)⁻¹ (y - H y)_g``, which is exact
    (Hastie, Tibshirani and Friedman 2009, section 7.10, for blocks).
    """
    train, test = standardised(x, new)
    mean = y.mean()
    basis, values, rotated = _principal(train, test)
    penalty = _best_penalty(basis, values, y - mean, groups)
    shrunk = np.einsum("dnr,n->dr", basis, y - mean) * np.sqrt(values) / (values + penalty[:, None])
    return np.asarray(mean + np.einsum("dmr,dr->dm", rotated, shrunk))


def _best_penalty(basis: np.ndarray, values: np.ndarray, y: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return a penalty a draw: the least squared error on groups that were left out, ``[draws]``."""
    shares = values[None] / (values[None] + RIDGE_PENALTIES[:, None, None])
    fitted = np.einsum("dnr,pdr->pdn", basis, shares * np.einsum("dnr,n->dr", basis, y))
    errors = np.zeros(fitted.shape[:2])
    labels = np.unique(groups)
    parts = [groups == label for label in labels] if len(labels) > 1 else list(np.eye(len(y), dtype=bool))
    for part in parts:
        own = basis[:, part]
        hat = np.einsum("dir,pdr,djr->pdij", own, shares, own, optimize=True) + 1 / len(y)
        left = np.linalg.solve(np.eye(part.sum()) - hat, (y[part] - fitted[..., part])[..., None])[..., 0]
        errors += (left**2).sum(axis=-1)
    return np.asarray(RIDGE_PENALTIES[errors.argmin(axis=0)])


def _principal(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the left singular vectors of centred ``train``, squared singular values, and ``test`` rotated."""
    n, k = train.shape[1:]
    if k <= n:
        values, right = np.linalg.eigh(np.swapaxes(train, 1, 2) @ train)
        values, keep = _positive(values)
        return np.where(keep, train @ right / np.sqrt(values)[:, None], 0), values * keep[:, 0], test @ right
    values, left = np.linalg.eigh(train @ np.swapaxes(train, 1, 2))
    values, keep = _positive(values)
    right = np.swapaxes(train, 1, 2) @ left / np.sqrt(values)[:, None]
    return np.where(keep, left, 0), values * keep[:, 0], np.where(keep, test @ right, 0)


def _positive(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    keep = values > 1e-10 * np.maximum(values.max(axis=1, keepdims=True), 1e-300)
    return np.where(keep, values, 1.0), keep[:, None]


def logistic(x: np.ndarray, y: np.ndarray, groups: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Probability of a positive gain: L2 logistic regression, C = 1, on standardised columns, by Newton's
    method; a sign that all training pairs share is predicted as it is.

    The optimum is that of scikit-learn's ``LogisticRegression`` (lbfgs), which does it where Newton's method
    does not converge.
    """
    return _logistic(*standardised(x, new), y)


def logistic_minmax(x: np.ndarray, y: np.ndarray, groups: np.ndarray, new: np.ndarray) -> np.ndarray:
    """The same on columns scaled to the training pairs' range, 0 to 1, as Bingel and Søgaard (2017) scaled
    theirs (C = 1 then shrinks more)."""
    return _logistic(*unit_range(x, new), y)


def _logistic(train: np.ndarray, test: np.ndarray, y: np.ndarray) -> np.ndarray:
    if len(np.unique(y)) == 1:
        return np.full(test.shape[:2], float(y[0]))
    middle = train.mean(axis=1, keepdims=True)
    basis, values, rotated = _principal(train - middle, test - middle)
    scores = basis * np.sqrt(values)[:, None]
    weights, done = _newton(scores, y.astype(float))
    for draw in np.flatnonzero(~done):
        model = LogisticRegression(max_iter=10000).fit(scores[draw], y)
        weights[draw] = np.concatenate([model.intercept_, model.coef_[0]])
    linear = weights[:, :1] + np.einsum("dmr,dr->dm", rotated, weights[:, 1:])
    return _sigmoid(linear)


def _newton(scores: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return intercept and coefficients ``[draws, 1 + columns]``, and which draws converged."""
    design = np.concatenate([np.ones((*scores.shape[:2], 1)), scores], axis=2)
    penalty = np.ones(design.shape[2])
    penalty[0] = 0.0
    weights = np.zeros((len(design), design.shape[2]))
    for _ in range(NEWTON_STEPS):
        p = _sigmoid(np.einsum("dnr,dr->dn", design, weights))
        gradient = np.einsum("dnr,dn->dr", design, p - y) + penalty * weights
        done = np.asarray(np.abs(gradient).max(axis=1) < GRADIENT_TOLERANCE)
        if done.all():
            break
        curvature = np.swapaxes(design, 1, 2) @ (design * (p * (1 - p))[..., None])
        curvature += np.diag(np.maximum(penalty, 1e-12))
        weights = weights - np.linalg.solve(curvature, gradient[..., None])[..., 0]
    return weights, done


def _sigmoid(linear: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(linear, -500, 500))))


def elastic_net(x: np.ndarray, y: np.ndarray, groups: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Elastic net on standardised columns; penalty (.01 to 1 standard deviation of the gain) and share of its
    L1 part (.2, .8) by cross-validation that keeps groups together (three folds)."""
    return _selected(_elastic_paths, x, y, groups, new)


def _elastic_paths(x: np.ndarray, y: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return the predictions of every penalty and share, ``[settings, others]``."""
    mean, middle = y.mean(), x.mean(axis=0)
    penalties = np.logspace(0, -2, 5) * max(float(y.std()), 1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # at penalties that are too small for the pairs
        paths = [
            enet_path(x - middle, y - mean, l1_ratio=share, alphas=penalties, tol=1e-3, max_iter=300)[1]
            for share in (0.2, 0.8)
        ]
    return np.asarray(mean + ((new - middle) @ np.hstack(paths)).T)


def boosting(x: np.ndarray, y: np.ndarray, groups: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Gradient boosting of trees of depth two (learning rate .1); their number (1 to 20) by cross-validation
    that keeps groups together (three folds)."""
    return _selected(_boosting_stages, x, y, groups, new)


def _boosting_stages(x: np.ndarray, y: np.ndarray, new: np.ndarray) -> np.ndarray:
    model = GradientBoostingRegressor(n_estimators=TREES, max_depth=2, random_state=0).fit(x, y)
    return np.array(list(model.staged_predict(new)))


def _selected(
    settings: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    x: np.ndarray,
    y: np.ndarray,
    groups: np.ndarray,
    new: np.ndarray,
) -> np.ndarray:
    """Return predictions by the setting with the least squared error on groups that were left out."""
    n_groups = len(np.unique(groups))
    inner = GroupKFold(min(INNER_FOLDS, n_groups)) if n_groups > 1 else KFold(INNER_FOLDS)
    folds = list(inner.split(x[0], y, groups if n_groups > 1 else None))
    predicted = []
    for own, others in zip(x, new, strict=True):
        errors = 0.0
        for train, test in folds:
            first, second = standardised(own[None, train], own[None, test])
            errors = errors + ((settings(first[0], y[train], second[0]) - y[test]) ** 2).sum(axis=1)
        first, second = standardised(own[None], others[None])
        predicted.append(settings(first[0], y, second[0])[int(np.argmin(errors))])
    return np.array(predicted)


def standardised(x: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both in standard deviations from the mean of ``x``; missing values at its median."""
    x, new = _imputed(x, new)
    mean, deviation = x.mean(axis=1, keepdims=True), x.std(axis=1, keepdims=True)
    size = np.maximum(1.0, np.abs(x).max(axis=1, keepdims=True))
    deviation = np.where(deviation > 1e-12 * size, deviation, 1.0)
    return (x - mean) / deviation, (new - mean) / deviation


def unit_range(x: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both scaled so that ``x`` goes from 0 to 1; missing values at its median."""
    x, new = _imputed(x, new)
    low = x.min(axis=1, keepdims=True)
    width = x.max(axis=1, keepdims=True) - low
    width = np.where(width > 1e-12 * np.maximum(1.0, np.abs(low)), width, 1.0)
    return (x - low) / width, (new - low) / width


def _imputed(x: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if np.isfinite(x).all() and np.isfinite(new).all():
        return x, new
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a column that is unknown for all training pairs
        middle = np.nan_to_num(np.nanmedian(x, axis=1, keepdims=True))
    return np.where(np.isfinite(x), x, middle), np.where(np.isfinite(new), new, middle)
