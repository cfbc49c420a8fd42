"""Node permutations of many predictors at once, where every directed pair of the tasks was measured."""

from __future__ import annotations

import numpy as np

from harness.analysis.permutation import PERMUTATIONS, relabelled, share, told


def closed_correlations(
    values: np.ndarray,
    gain: np.ndarray,
    main: np.ndarray,
    partner: np.ndarray,
    seed: int,
    draws: int = PERMUTATIONS,
) -> tuple[np.ndarray, np.ndarray, str]:
    """Return the correlation of every predictor, its node-permutation p, and how the p was made.

    ``values [pairs, predictors]`` and ``gain [pairs]`` (or their ranks) of every directed pair of the tasks,
    see :func:`is_closed`. Then the gains can be permuted instead, once for all predictors, and neither means,
    deviations nor ranks change: what is left of :func:`~harness.analysis.permutation.node_permutation` is one
    product of matrices.
    """
    labels, exact = relabelled(main, partner, seed, draws)
    n, scores, gains = labels.shape[1], _unit(values), _unit(gain)
    matrix = np.zeros(n * n)
    matrix[main * n + partner] = gains
    observed = gains @ scores
    drawn = matrix.take(labels[:, main] * n + labels[:, partner]) @ scores
    p = [share(column, float(found), exact) for column, found in zip(drawn.T, observed, strict=True)]
    return observed, np.array(p), told(len(labels), exact)


def is_closed(main: np.ndarray, partner: np.ndarray) -> bool:
    """Whether every directed pair of the tasks is there, so that relabelling them gives the same pairs."""
    n = len(np.unique(np.concatenate([main, partner])))
    return len(main) == n * (n - 1)


def _unit(values: np.ndarray) -> np.ndarray:
    """Return the columns with mean zero and length one."""
    centred = values - values.mean(axis=0)
    return np.asarray(centred / np.sqrt((centred**2).sum(axis=0)))
