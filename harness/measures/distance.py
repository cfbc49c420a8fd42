"""How far two samples of features are apart: Fréchet distance and maximum mean discrepancy."""

from __future__ import annotations

import numpy as np
from scipy.spatial import distance

from harness.measures.checks import samples


def frechet_distance(x: np.ndarray, y: np.ndarray) -> float:
    """Return the squared Fréchet distance of two Gaussians fitted to ``x`` ``[n, p]`` and ``y`` ``[m, p]``.

    ``‖μ_x - μ_y‖² + tr(Σ_x + Σ_y - 2 (Σ_x Σ_y)^½)`` in the features' squared unit (Dowson and Landau 1982,
    Journal of Multivariate Analysis 12, eq. 4; Heusel et al. 2017, arXiv:1706.08500; for audio Kilgour et al.
    2019, arXiv:1812.08466). Covariances are over ``n - 1``. With few samples for the number of features it is too
    large, for small samples most.

    Raises:
        ValueError: fewer than 2 samples in either, other features, or values that are not finite.
    """
    x, y = _two(x, y)
    first, second = np.atleast_2d(np.cov(x, rowvar=False)), np.atleast_2d(np.cov(y, rowvar=False))
    values, vectors = np.linalg.eigh(first)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ second @ root).clip(0)).sum()
    apart = float(((x.mean(axis=0) - y.mean(axis=0)) ** 2).sum())
    return max(0.0, float(apart + np.trace(first) + np.trace(second) - 2 * cross))


def mmd(x: np.ndarray, y: np.ndarray) -> float:
    """Return the unbiased squared maximum mean discrepancy of ``x`` ``[n, p]`` and ``y`` ``[m, p]``.

    ``mean_{i≠j} k(x_i, x_j) + mean_{i≠j} k(y_i, y_j) - 2 mean k(x_i, y_j)`` with ``k(a, b) = exp(-‖a - b‖² / 2σ²)``,
    ``σ`` the median distance of all pairs of the pooled samples (Gretton et al. 2012, "A kernel two-sample
    test", JMLR 13, eq. 3 and section 8). Without unit, below 2; about 0, and as often below, where both are of one
    distribution.

    Raises:
        ValueError: fewer than 2 samples in either, other features, or more than half of the distances zero.
    """
    x, y = _two(x, y)
    squared = distance.pdist(np.concatenate([x, y]), "sqeuclidean")
    width = float(np.median(squared))
    if width == 0:
        raise ValueError(
            "x and y: more than half of all pairs of samples are equal, so there is no kernel width"
        )
    kernel = distance.squareform(np.exp(-squared / (2 * width)))
    n, m = len(x), len(y)
    within = kernel[:n, :n].sum() / (n * (n - 1)) + kernel[n:, n:].sum() / (m * (m - 1))
    return float(within - 2 * kernel[:n, n:].mean())


def _two(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, y = samples(x, "x", 2), samples(y, "y", 2)
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"x and y: found {x.shape[1]} and {y.shape[1]} features, not as many")
    return x, y
