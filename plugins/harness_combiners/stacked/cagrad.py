"""Conflict-averse gradient descent on Gramians, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor

from harness.api import Parameters, StackedStep
from harness_combiners.stacked.gramians import GramianAggregator

#: There are ``2 ** T - 1`` faces.
MOST_TASKS = 12
#: Where the dual's gradient is shorter, relative to all gradients together, there is no update (as in TorchJD).
STATIONARY = 1e-4
#: Added to the diagonal of the cosines, so that a face with dependent gradients has a solution.
RIDGE = 1e-14


class StackedCAGrad(GramianAggregator):
    """See :class:`harness_combiners.cagrad.CAGrad`."""

    capturable: ClassVar[bool] = False

    def __init__(self, parameters: Sequence[Parameters], tasks_n: int) -> None:
        super().__init__(parameters, tasks_n)
        self.settings("c")

    def solve(self, gramian: Tensor, step: StackedStep) -> Tensor:
        return cagrad_weights(gramian, step.present, self.setting("c", gramian.double())).to(gramian)


def cagrad_weights(gramian: Tensor, present: Tensor, c: Tensor) -> Tensor:
    r"""Return CAGrad's weights ``[M, T]`` from ``gramian [M, T, T]`` (rows of absent tasks are zero),
    ``present [M, T]`` bool and the radius ``c [M]``.

    With :math:`A` the Gramian over its trace, :math:`b = A u` for equal weights :math:`u`, and :math:`s = c
    \sqrt{u^\top A u}`, the dual is :math:`\min_w b^\top w + s \sqrt{w^\top A w}` on the simplex. Its minimum is
    on one of the faces, in closed form (see :func:`_on_faces`); of all faces' points the best one is taken.
    """
    exact = gramian.double()
    trace = exact.diagonal(dim1=1, dim2=2).sum(1).view(-1, 1, 1)
    scaled = torch.where(trace > 0, exact / trace, 0.0)
    equal = present.double() / present.sum(1, keepdim=True).clamp(min=1)
    slope = (scaled * equal.unsqueeze(1)).sum(2)
    radius = c.double() * (equal * slope).sum(1).clamp(min=0).sqrt()
    points = _on_faces(scaled, present, slope, radius)  # [M, points, T]
    lengths = torch.einsum("mpi,mij,mpj->mp", points, scaled, points).clamp(min=0).sqrt()
    costs = torch.einsum("mpi,mi->mp", points, slope) + radius.unsqueeze(1) * lengths
    best = torch.where(torch.isfinite(costs), costs, torch.inf).argmin(1, keepdim=True)
    worst = points.gather(1, best.unsqueeze(2).expand(-1, -1, points.shape[2]))[:, 0]
    length = lengths.gather(1, best)
    weights = equal + worst * (radius.unsqueeze(1) / length)
    return torch.where(length < STATIONARY, 0.0, weights).to(gramian)


def _on_faces(scaled: Tensor, present: Tensor, slope: Tensor, radius: Tensor) -> Tensor:
    r"""Return two points of the simplex for each of its faces, ``[M, points, T]``.

    On the face of the tasks :math:`S`, with :math:`p = A_S^{-1} 1` and :math:`q = A_S^{-1} b`, Lagrange's
    conditions give :math:`w \propto \lambda p - q` with the larger root of :math:`\lambda^2\, 1^\top p - 2
    \lambda\, 1^\top q + b^\top q = s^2`. The other point is the shortest vector's, :math:`w \propto p`. What
    lies outside the face is clamped to it: every point is one of the simplex, so that none can be too good.
    """
    inside = faces(present.shape[1]).to(scaled.device) & present.unsqueeze(1)  # [M, faces, T]
    norms = scaled.diagonal(dim1=1, dim2=2).clamp(min=0).sqrt()
    norms = torch.where(norms > 0, norms, 1.0)
    cosines = (scaled / (norms.unsqueeze(1) * norms.unsqueeze(2))).unsqueeze(1)
    unit = torch.eye(present.shape[1]).to(scaled)
    both = inside.unsqueeze(2) & inside.unsqueeze(3)
    matrix = torch.where(both, cosines + RIDGE * unit, unit)
    ones, b = inside.to(scaled), torch.where(inside, slope.unsqueeze(1), 0.0)
    sides = torch.stack([ones, b], dim=3) / norms[:, None, :, None]
    p, q = (torch.linalg.solve_ex(matrix, sides)[0] / norms[:, None, :, None]).unbind(3)
    one_p, one_q, b_q = (ones * p).sum(2), (ones * q).sum(2), (b * q).sum(2)
    root = (one_q.square() - one_p * (b_q - radius.square().unsqueeze(1))).sqrt()
    multiplier = (one_q + root) / one_p
    points = torch.cat([multiplier.unsqueeze(2) * p - q, p], dim=1)
    points = torch.where(torch.cat([inside, inside], dim=1), points, 0.0).clamp(min=0)
    return points / points.sum(2, keepdim=True)


def faces(tasks_n: int) -> Tensor:
    """Return which tasks each face of the simplex has, ``[2 ** T - 1, T]`` bool."""
    numbers = torch.arange(1, 2**tasks_n).unsqueeze(1)
    return (numbers >> torch.arange(tasks_n)) & 1 > 0
