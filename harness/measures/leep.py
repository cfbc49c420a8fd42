"""LEEP: how well a source network's classes tell the target's labels."""

from __future__ import annotations

import numpy as np

from harness.measures.checks import classes, samples


def leep(source_probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the log expected empirical prediction, in nat: 0 at best, lower is worse.

    ``1/n Σ_i ln Σ_z P(y_i | z) θ(x_i)_z`` with ``P(y, z) = 1/n Σ_{i: y_i = y} θ(x_i)_z`` and
    ``P(y | z) = P(y, z) / P(z)``, where ``θ`` ``[n, source classes]`` are the source network's probabilities on
    the target's clips and ``y`` ``[n]`` the target's classes (Nguyen et al. 2020, "LEEP: a new measure to
    evaluate transferability of learned representations", ICML, arXiv:2002.12462, section 3). Values compare
    sources on the same labels.

    Raises:
        ValueError: fewer than 2 samples or classes, or rows that are not probabilities (sum 1 to within 0.001).
    """
    theta = samples(source_probabilities, "source_probabilities", 2)
    labels = classes(labels, len(theta))
    sums = theta.sum(axis=1)
    if theta.min() < 0 or np.abs(sums - 1).max() > 1e-3:
        raise ValueError(
            f"source_probabilities: found a least value {theta.min():g} and sums {sums.min():g} to {sums.max():g}, "
            "allowed are probabilities whose sum is 1"
        )
    theta = theta / sums[:, None]
    _, target = np.unique(labels, return_inverse=True)
    joint = np.zeros((target.max() + 1, theta.shape[1]))
    np.add.at(joint, target, theta)
    total = joint.sum(axis=0)
    conditional = np.divide(joint, total, out=np.zeros_like(joint), where=total > 0)
    return float(np.log((conditional[target] * theta).sum(axis=1)).mean())
