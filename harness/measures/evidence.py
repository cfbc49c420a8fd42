"""LogME: the evidence of targets under a Bayesian linear model on features."""

from __future__ import annotations

import numpy as np
from scipy import linalg, optimize

from harness.measures.checks import classes, finite, matched, samples

#: Precisions' ratios (over the largest squared singular value) among which the best is looked for.
RATIOS = np.logspace(-12, 12, 97)


def logme(features: np.ndarray, labels: np.ndarray, n_classes: int) -> float:
    """Return the mean over classes of the log evidence a sample of one class against the rest, in nat.

    You et al. 2021, "LogME: practical assessment of pre-trained models for transfer learning" (ICML,
    arXiv:2102.11005), section 4: labels ``[n]`` become ``n_classes`` columns of 0 and 1, each a target of
    :func:`logme_regression`. A class that does not occur in ``labels`` has no evidence (it is infinite) and is
    left out of the mean. Higher is better; values compare features on the same labels, not different labels.

    Raises:
        ValueError: fewer than two classes occur, a label is not below ``n_classes``, or as in ``logme_regression``.
    """
    features = samples(features, "features", 3)
    labels = classes(labels, len(features))
    if labels.max() >= n_classes:
        raise ValueError(f"labels: found class {labels.max()}, allowed are 0 to {n_classes - 1}")
    return logme_regression(features, (labels[:, None] == np.unique(labels)).astype(np.float64))


def logme_regression(features: np.ndarray, targets: np.ndarray) -> float:
    """Return the log evidence a sample of ``targets`` ``[n]`` or ``[n, targets]`` (their mean), in nat.

    ``max over α, β of ln p(y | F, α, β) / n`` with ``w ~ N(0, 1/α)`` and ``y ~ N(F w, 1/β)`` (You et al. 2021,
    eq. 2). With the singular values ``s`` of ``F``, ``z = Uᵀ y`` and ``λ = α / β``, the best ``1/β`` is ``q / n``,
    ``q = Σ z² λ / (λ + s²) + ‖y‖² - ‖z‖²``, so that ``-n/2 · (ln 2π + ln(q / n) + 1) - ½ Σ ln(1 + s² / λ)`` is
    searched over λ alone; the paper's fixed point stops short where it converges slowly. Features and targets
    are not centred, as in the paper. A multilabel task's columns of 0 and 1 may be given as targets.

    Raises:
        ValueError: fewer than 3 samples, values that are not finite, features or a target that are all zero.
    """
    features = samples(features, "features", 3)
    targets = np.asarray(targets, dtype=np.float64)
    targets = finite(targets[:, None] if targets.ndim == 1 else targets, "targets")
    matched(features, targets, ("features", "targets"))
    if not features.any() or not targets.any(axis=0).all():
        raise ValueError("features or a target are all zero, so that their evidence is not defined")
    left, singular, _ = linalg.svd(features, full_matrices=False)
    squares = singular[singular > singular[0] * 1e-12] ** 2
    shares = (left[:, : len(squares)].T @ targets) ** 2
    totals = (targets**2).sum(axis=0)
    n = len(features)
    return (
        float(np.mean([_evidence(squares, z, total, n) for z, total in zip(shares.T, totals, strict=True)]))
        / n
    )


def _evidence(squares: np.ndarray, shares: np.ndarray, total: float, n: int) -> float:
    """Return the largest log evidence over λ of one target."""
    rest = max(total - float(shares.sum()), 1e-15 * total)

    def minus(log_ratio: float) -> float:
        ratio = np.exp(log_ratio) * squares[0]
        quadratic = float((shares * ratio / (ratio + squares)).sum()) + rest
        volume = 0.5 * float(np.log1p(squares / ratio).sum())
        return 0.5 * n * (np.log(2 * np.pi * quadratic / n) + 1) + volume

    grid = np.log(RATIOS)
    best = int(np.argmin([minus(at) for at in grid]))
    ends = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found = optimize.minimize_scalar(minus, bounds=ends, method="bounded", options={"xatol": 1e-8})
    return -min(float(found.fun), minus(grid[best]))
