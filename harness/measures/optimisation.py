"""How the updates of two tasks of one network agree: TAG affinity and the cosine of gradients."""

from __future__ import annotations

import numpy as np

from harness.measures.checks import finite


def tag_affinity(losses_before: np.ndarray, losses_after: np.ndarray) -> np.ndarray:
    """Return ``[tasks, tasks]``: the affinity ``[i, j] = 1 - losses_after[i, j] / losses_before[j]``.

    ``losses_before`` ``[tasks]`` are the losses of a batch; ``losses_after`` ``[tasks, tasks]`` the loss of task
    ``j`` on that batch after one step of the shared parameters by the gradient of task ``i`` alone. Positive: the
    update of ``i`` lowers the loss of ``j``, so that ``i`` helps ``j`` (as a partner its main). Fifty et al. 2021,
    "Efficiently identifying task groupings for multi-task learning" (NeurIPS, arXiv:2109.04617), eq. 1.

    Raises:
        ValueError: shapes that do not fit, values that are not finite, or a loss before that is not above zero.
    """
    before = finite(np.asarray(losses_before, dtype=np.float64), "losses_before")
    after = finite(np.asarray(losses_after, dtype=np.float64), "losses_after")
    if before.ndim != 1 or after.shape != (len(before), len(before)):
        raise ValueError(
            f"found losses of the shapes {before.shape} and {after.shape}, allowed are [tasks] and [tasks, tasks]"
        )
    if not (before > 0).all():
        raise ValueError(f"losses_before: found {before.min():g}, the ratio needs losses above zero")
    return 1 - after / before


def gradient_cosine(gramian: np.ndarray) -> np.ndarray:
    """Return ``[tasks, tasks]`` the cosines of the tasks' gradients, from their inner products, -1 to 1.

    ``G[i, j] / √(G[i, i] · G[j, j])``; below zero the gradients conflict (Yu et al. 2020, "Gradient surgery for
    multi-task learning", NeurIPS, arXiv:2001.06782, definition 1).

    Raises:
        ValueError: not square, values that are not finite, or a gradient of length zero.
    """
    gramian = finite(np.asarray(gramian, dtype=np.float64), "gramian")
    if gramian.ndim != 2 or gramian.shape[0] != gramian.shape[1]:
        raise ValueError(f"gramian: found the shape {gramian.shape}, allowed is [tasks, tasks]")
    squares = np.diag(gramian)
    if not (squares > 0).all():
        raise ValueError("gramian: a gradient has length zero, so that its direction is not defined")
    lengths = np.sqrt(squares)
    return np.clip(gramian / np.outer(lengths, lengths), -1.0, 1.0)
