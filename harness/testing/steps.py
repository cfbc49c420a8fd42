"""Optimizer steps in plain torch, for tests of combiners: small problems and the context of a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from harness.bases.combiner import Combiner
from harness.seeds import derive_seed


@dataclass(frozen=True)
class Problem:
    """Losses of some tasks: ``losses(theta [parameters]) -> [tasks]``, and where to start."""

    tasks: tuple[str, ...]
    losses: Callable[[Tensor], Tensor]
    start: Tensor


def linear_problem(jacobian: Sequence[Sequence[float]] | Tensor, losses: Sequence[float]) -> Problem:
    """Return a problem with these ``losses [tasks]`` and ``jacobian [tasks, parameters]`` at its start."""
    matrix, values = torch.as_tensor(jacobian, dtype=torch.float32), torch.tensor(losses)
    tasks = tuple(f"data/task_{i}" for i in range(len(values)))
    return Problem(tasks, lambda theta: values + matrix @ theta, torch.zeros(matrix.shape[1]))


def quadratic_problem(
    tasks: Sequence[str], *, size: int = 4, seed: int = 0, dtype: torch.dtype = torch.float32
) -> Problem:
    r"""Return :math:`\ell_t = \tfrac12 \lVert A_t (\theta - b_t) \rVert^2 + 0.1`, seeded by name."""

    def draw(task: str) -> tuple[Tensor, Tensor]:
        generator = torch.Generator().manual_seed(derive_seed(seed, task))
        drawn = torch.randn(size, size, generator=generator) / 2, torch.randn(size, generator=generator)
        return drawn[0].to(dtype), drawn[1].to(dtype)

    parts = [draw(task) for task in tasks]

    def losses(theta: Tensor) -> Tensor:
        return torch.stack([(a @ (theta - b)).square().sum() / 2 + 0.1 for a, b in parts])

    return Problem(tuple(tasks), losses, torch.zeros(size, dtype=dtype))


class PlainStep:
    """One step on a problem, as a :class:`~harness.api.StepContext`; every parameter is shared."""

    def __init__(
        self,
        problem: Problem,
        theta: nn.Parameter,
        optimizer: torch.optim.Optimizer,
        *,
        present: Sequence[bool] | None = None,
        step: int = 0,
        ends_epoch: bool = False,
    ) -> None:
        self.tasks = problem.tasks
        self.present = torch.tensor(present if present is not None else [True] * len(problem.tasks))
        self.step, self.ends_epoch = step, ends_epoch
        self.shapes: tuple[torch.Size, ...] = (theta.shape,)
        self.updates = 0
        self._problem, self._theta, self._optimizer = problem, theta, optimizer
        optimizer.zero_grad()

    def losses(self) -> Tensor:
        values = self._problem.losses(self._theta)
        return torch.where(self.present, values, torch.zeros_like(values))

    def gradients(self) -> Tensor:
        rows = [torch.autograd.grad(loss, self._theta, retain_graph=True)[0] for loss in self.losses()]
        return torch.stack(rows)

    def gramian(self) -> Tensor:
        gradients = self.gradients()
        return gradients @ gradients.T

    def halves(self) -> Tensor:
        return torch.stack([self.gradients()] * 2)  # a problem without samples is the same in both halves

    def backward(self, loss: Tensor) -> None:
        loss.backward()

    def set_gradient(self, gradient: Tensor) -> None:
        self._theta.grad = gradient.clone()

    def update(self) -> None:
        self.updates += 1
        self._optimizer.step()

    def losses_after(self) -> Tensor:
        with torch.no_grad():
            return self.losses()


def first_gradient(combiner: Combiner, problem: Problem, present: Sequence[bool] | None = None) -> Tensor:
    """Return the gradient, ``[parameters]``, of a combiner's first step on a problem."""
    theta = nn.Parameter(problem.start.clone())
    optimizer = torch.optim.SGD([theta, *combiner.parameters()], lr=0.0)
    combiner.step(PlainStep(problem, theta, optimizer, present=present))
    if theta.grad is None:
        return torch.zeros_like(theta)
    return theta.grad.detach().clone()


class PlainTraining:
    """A training of a problem by a combiner: epochs of four steps, one of them with the first task alone, one
    without it; SGD with momentum for network and combiner. ``state`` and ``restore`` are a checkpoint.
    """

    def __init__(self, combiner: Combiner, problem: Problem) -> None:
        self.combiner, self.problem, self.steps = combiner, problem, 0
        self.theta = nn.Parameter(problem.start.clone())
        self.optimizer = torch.optim.SGD([self.theta, *combiner.parameters()], lr=0.05, momentum=0.5)

    def run(self, n: int) -> Tensor:
        """Make ``n`` steps and return the parameters after each, ``[n, parameters]``."""
        return torch.stack([self._step() for _ in range(n)])

    def described(self, step: int) -> tuple[list[bool], bool]:
        """Return which tasks step number ``step`` has, and whether it ends an epoch."""
        first, others = step % 4 != 2, step % 4 != 1
        return [first if i == 0 else others for i in range(len(self.problem.tasks))], step % 4 == 3

    def _step(self) -> Tensor:
        present, ends = self.described(self.steps)
        context = PlainStep(
            self.problem, self.theta, self.optimizer, present=present, step=self.steps, ends_epoch=ends
        )
        self.combiner.step(context)
        self.steps += 1
        return self.theta.detach().clone()
