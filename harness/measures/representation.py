"""How alike two representations of the same clips are: linear CKA and RSA."""

from __future__ import annotations

import numpy as np
from scipy import stats
from scipy.spatial import distance

from harness.measures.checks import matched, samples


def linear_cka(x: np.ndarray, y: np.ndarray, *, unbiased: bool = False) -> float:
    """Return the linear centred kernel alignment of ``x`` ``[n, p]`` and ``y`` ``[n, q]``, 0 to 1.

    ``‖Yᵀ X‖²_F / (‖Xᵀ X‖_F · ‖Yᵀ Y‖_F)`` with columns centred (Kornblith et al. 2019, "Similarity of neural
    network representations revisited", ICML, arXiv:1905.00414, section 3). It does not change with rotations
    and one scale of either. With many more features than samples it goes to 1 for unrelated features too;
    ``unbiased`` takes the unbiased HSIC of Song et al. 2012 (JMLR 13, eq. 5) in all three places, as Nguyen et
    al. 2021 do (ICLR, arXiv:2010.15327, eq. 3), which is 0 on average then and may be below 0.

    Raises:
        ValueError: fewer than 3 samples (4 if unbiased), values that are not finite, or a constant one.
    """
    x, y = samples(x, "x", 4 if unbiased else 3), samples(y, "y", 4 if unbiased else 3)
    matched(x, y, ("x", "y"))
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    hsic = _unbiased if unbiased else _biased
    scale = hsic(x, x) * hsic(y, y)
    if not scale > 0:
        raise ValueError("x or y: all samples have the same features, so that alignment is not defined")
    return float(hsic(x, y) / np.sqrt(scale))


def rsa(x: np.ndarray, y: np.ndarray) -> float:
    """Return the representational similarity of ``x`` ``[n, p]`` and ``y`` ``[n, q]``, -1 to 1.

    Spearman's correlation over all pairs of samples of their dissimilarities, 1 - Pearson's correlation of the
    two samples' features (Kriegeskorte et al. 2008, "Representational similarity analysis", Frontiers in
    Systems Neuroscience 2:4).

    Raises:
        ValueError: fewer than 4 samples, or samples whose features are all equal: they correlate with nothing.
    """
    x, y = samples(x, "x", 4), samples(y, "y", 4)
    matched(x, y, ("x", "y"))
    value = stats.spearmanr(_dissimilarities(x, "x"), _dissimilarities(y, "y")).statistic
    if not np.isfinite(value):
        raise ValueError("x or y: all pairs of samples are equally dissimilar")
    return float(value)


def _dissimilarities(x: np.ndarray, name: str) -> np.ndarray:
    constant = int((np.ptp(x, axis=1) == 0).sum())
    if constant:
        raise ValueError(f"{name}: {constant} of {len(x)} samples have features that are all equal")
    return distance.pdist(x, "correlation")


def _biased(x: np.ndarray, y: np.ndarray) -> float:
    """``‖Yᵀ X‖²_F`` of centred ``x`` and ``y``, by the smaller of the two forms."""
    if x.shape[1] * y.shape[1] <= len(x) ** 2:
        return float(((y.T @ x) ** 2).sum())
    return float(((x @ x.T) * (y @ y.T)).sum())


def _unbiased(x: np.ndarray, y: np.ndarray) -> float:
    n = len(x)
    k, m = x @ x.T, y @ y.T
    np.fill_diagonal(k, 0)
    np.fill_diagonal(m, 0)
    ends = k.sum() * m.sum() / ((n - 1) * (n - 2)) - 2 / (n - 2) * (k.sum(axis=0) @ m.sum(axis=0))
    return float(((k * m).sum() + ends) / (n * (n - 3)))
