"""The probability simplex."""

from __future__ import annotations

import torch
from torch import Tensor

from harness.api import StepContext, present_only


def onto_simplex(point: Tensor) -> Tensor:
    r"""Return the point of the simplex :math:`\{w \ge 0, \sum_t w_t = 1\}` that is nearest to ``point [tasks]``.

    .. math:: w_t = \max(p_t - \tau, 0), \qquad
              \tau = \max_k \frac1k \Big(\sum_{i \le k} p_{(i)} - 1\Big)

    with the entries :math:`p_{(1)} \ge p_{(2)} \ge \dots` in descending order.
    """
    ordered = torch.sort(point, descending=True).values
    counts = torch.arange(1, len(point) + 1, dtype=point.dtype, device=point.device)
    level = ((ordered.cumsum(0) - 1) / counts).max()
    return (point - level).clamp(min=0)


def present_shares(weights: Tensor, context: StepContext) -> Tensor:
    """Return the weights of the present tasks, out of ``weights [tasks]`` on the simplex, made to sum to 1; equal
    ones where the present tasks have none.
    """
    own = present_only(weights, context)
    total = own.sum()
    return own / total if float(total) > 0 else torch.full_like(own, 1 / len(own))


def with_present(weights: Tensor, shares: Tensor, context: StepContext) -> Tensor:
    """Return ``weights [tasks]`` in which the present tasks divide what they had together by ``shares``, which sum to
    1; absent tasks keep theirs.
    """
    changed = weights.clone()
    changed[context.present] = shares * present_only(weights, context).sum()
    return changed
