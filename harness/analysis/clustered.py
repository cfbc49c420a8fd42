"""Covariances of estimates from pairs that share tasks: two-way clustered, and dyadic-robust."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.sandwich_covariance import cov_cluster_2groups

#: An eigenvalue below this share of the largest one is negative, and a variance below it is none.
ROUNDING = 1e-10


def two_way(fit: Any, main: np.ndarray, partner: np.ndarray) -> np.ndarray:
    """Return the covariance ``[terms, terms]`` of a statsmodels fit, clustered by main and by partner.

    The sum of both one-way covariances less the one of their intersection, each with the correction ``G / (G
    - 1) · (n - 1) / (n - k)`` for ``G`` clusters: Cameron, Gelbach and Miller 2011, "Robust inference with
    multiway clustering", JBES 29. ``main`` and ``partner [pairs]`` name the tasks. Two pairs count as
    dependent where they have the same main or the same partner, but not where the main of one is the partner
    of the other. It need not be positive semidefinite: see :func:`indefinite`.
    """
    groups = [pd.factorize(np.asarray(member))[0] for member in (main, partner)]
    return np.asarray(cov_cluster_2groups(fit, *groups)[0])


def dyadic(x: np.ndarray, residual: np.ndarray, main: np.ndarray, partner: np.ndarray) -> np.ndarray:
    """Return the dyadic-robust covariance ``[terms, terms]`` of least squares of pairs on ``x [pairs, terms]``.

    ``(XᵀX)⁻¹ (Σ_d Σ_d' s(d, d') e_d e_d' x_d x_d'ᵀ) (XᵀX)⁻¹``, where ``s`` is one if the pairs ``d`` and
    ``d'`` share a task at whichever end (every pair shares with itself), without a correction for few tasks:
    Aronow, Samii and Assenova 2015, "Cluster-robust variance estimation for dyadic data", Political Analysis
    23. The double sum is taken as a sum over tasks less what pairs of the same two tasks count twice.
    ``residual [pairs]`` is ``e``. It need not be positive semidefinite: see :func:`indefinite`.
    """
    scores = x * residual[:, None]
    ends = np.sort(_numbers(main, partner).reshape(2, -1), axis=0)
    n_tasks = int(ends.max()) + 1
    of_tasks, of_dyads = np.zeros((n_tasks, x.shape[1])), np.zeros((n_tasks**2, x.shape[1]))
    for end in ends:
        np.add.at(of_tasks, end, scores)
    np.add.at(of_dyads, ends[0] * n_tasks + ends[1], scores)
    bread = np.linalg.inv(x.T @ x)
    return np.asarray(bread @ (of_tasks.T @ of_tasks - of_dyads.T @ of_dyads) @ bread)


def indefinite(covariance: np.ndarray) -> str:
    """Return what keeps a covariance from giving standard errors, or an empty string."""
    if not np.isfinite(covariance).all():
        return "covariance not finite"
    values = np.linalg.eigvalsh((covariance + covariance.T) / 2)
    if values[0] < -ROUNDING * max(values[-1], 0.0) or values[-1] <= 0:
        return "covariance not positive semidefinite: no standard error"
    return "" if np.diag(covariance).min() > 0 else "covariance has a variance of zero: no standard error"


def _numbers(main: np.ndarray, partner: np.ndarray) -> np.ndarray:
    """Return the tasks' numbers, mains then partners."""
    return np.asarray(pd.factorize(np.concatenate([np.asarray(main), np.asarray(partner)]))[0])
