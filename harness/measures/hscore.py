"""H-score: how far classes are apart in features, in units of the features' spread."""

from __future__ import annotations

import numpy as np
from sklearn.covariance import LedoitWolf

from harness.measures.checks import classes, samples


def h_score(features: np.ndarray, labels: np.ndarray, *, shrink: bool | None = None) -> float:
    """Return ``tr(cov(f)⁻¹ cov(E[f | y]))``, 0 to the number of classes less one.

    ``features`` are ``[n, p]``, ``labels`` ``[n]``. Bao et al. 2019, "An information-theoretic approach to
    transferability in task transfer learning" (ICIP, arXiv:2212.10082); covariances are over ``n``,
    the inverse is the pseudoinverse. With more features than samples that is the number of classes less one
    whatever the features, so ``shrink`` (by default: where ``p > n``) takes the form of Ibrahim et al. 2022, "Newer
    is not always better: rethinking transferability metrics" (ECML PKDD, arXiv:2110.06893):
    ``(1 - a) tr(cov_a(f)⁻¹ cov(E[f | y]))`` with Ledoit and Wolf's covariance and its shrinkage ``a``.

    Raises:
        ValueError: fewer than 3 samples or 2 classes, values that are not finite, or features all equal.
    """
    features = samples(features, "features", 3)
    labels = classes(labels, len(features))
    n, p = features.shape
    centred = features - features.mean(axis=0)
    if not centred.any():
        raise ValueError("features: all samples have the same features")
    _, index, counts = np.unique(labels, return_inverse=True, return_counts=True)
    means = np.zeros((len(counts), p))
    np.add.at(means, index, centred)
    means /= counts[:, None]
    between = (means * counts[:, None]).T @ means / n
    if not (p > n if shrink is None else shrink):
        return float(np.trace(np.linalg.pinv(centred.T @ centred / n, hermitian=True) @ between))
    fitted = LedoitWolf(assume_centered=True).fit(centred)
    return float((1 - fitted.shrinkage_) * np.trace(np.linalg.solve(fitted.covariance_, between)))
