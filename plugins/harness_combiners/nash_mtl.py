"""Multi-task learning as a bargaining game."""

from __future__ import annotations

import warnings

import torch
from torch import Tensor, nn
from torchjd import aggregation

from harness.api import Aggregator, StepContext
from harness_combiners.adapters import check_finite
from harness_combiners.parameters_gradients import NashMTLParameters
from harness_combiners.solvers import with_solver


class NashMTL(Aggregator):
    r"""The agreement of a bargain in which every task wants the update along its own gradient (Navon et al. 2022,
    arXiv:2202.01017, algorithm 1).

    .. math:: g = \sum_t \alpha_t g_t, \qquad G\, \alpha = \frac1\alpha, \quad \alpha > 0,
              \qquad g \leftarrow g \min\Big(1, \frac{m}{\lVert g \rVert}\Big)

    from ``gradients [tasks, parameters]`` to ``[parameters]``, with the Gramian :math:`G` and the largest length
    :math:`m` (``max_norm``; 0: none). How long the gradients are does not matter: :math:`g` is :math:`\sqrt T` long
    before it is cut, so that a learning rate counts otherwise than with ``sum``. Solved by a sequence of at most
    ``iterations`` convex programs, from the solution of the step before; with ``every`` n, anew at each n-th step.
    Where the solver stops early the last solution it had is used, as in the authors' code.

    TorchJD's ``NashMTL`` keeps the last solution outside of ``state_dict()`` and is for one number of tasks. Here it
    is a buffer with an entry a task, in float64 as it is solved, and is given to the module of as many tasks as are
    present; a task that is present alone has its own gradient made one long. Where all gradients are zero there is
    no update. Solved by ECOS, which is under the GPL: it needs the extra ``gpl``. A program takes about 20 ms, so
    that a step may take some tenths of a second.
    """

    alphas: Tensor
    steps: Tensor

    def __init__(self, parameters: NashMTLParameters, tasks: tuple[str, ...]) -> None:
        super().__init__()
        self.settings = parameters
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        self.register_buffer("alphas", torch.ones(len(tasks), dtype=torch.float64))
        #: TorchJD's modules by number of tasks. They hold nothing that a step needs from the one before.
        self.methods = {len(tasks): self._build(len(tasks))}

    def aggregate(self, gradients: Tensor, context: StepContext) -> Tensor:
        check_finite(gradients, context)
        here, due = context.present, int(self.steps) % self.settings.every == 0
        self.steps += 1
        own = gradients[here]
        if len(own) == 1:
            return self._limited(nn.functional.normalize(own[0], dim=0))
        if due and bool(own.any()):
            self.alphas[here] = self._bargain(own, self.alphas[here])
        return self._limited(self.alphas[here].to(own) @ own)

    def _limited(self, gradient: Tensor) -> Tensor:
        length, longest = gradient.norm(), self.settings.max_norm
        return gradient * (longest / length) if 0 < longest < float(length) else gradient

    def _bargain(self, gradients: Tensor, alphas: Tensor) -> Tensor:
        """Return TorchJD's solution from ``alphas [present]``, the last one; that itself where its solver fails."""
        if len(alphas) not in self.methods:
            self.methods[len(alphas)] = self._build(len(alphas))
        bargain = self.methods[len(alphas)].weighting
        bargain.prvs_alpha = alphas.cpu().numpy()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what cvxpy has to say of every program
            bargain(gradients)
        found = torch.as_tensor(bargain.prvs_alpha, dtype=alphas.dtype, device=alphas.device)
        return found if bool(torch.isfinite(found).all()) else alphas

    def _build(self, n: int) -> aggregation.NashMTL:
        return with_solver("nash_mtl", lambda: aggregation.NashMTL(n, 0.0, 1, self.settings.iterations))
