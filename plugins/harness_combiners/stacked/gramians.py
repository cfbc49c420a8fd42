"""What the stacked aggregators share: Gramians that cannot harm the other members, and orders drawn at random."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import torch
from torch import Tensor

from harness.api import Combiner, Parameters, StackedAggregator, StackedStep, TrainingError, derive_seed

#: In an order: no task is left.
NONE = -1


class GramianAggregator(StackedAggregator):
    """Base of aggregators that need each member's Gramian alone: override :meth:`solve`."""

    def weights(self, gramian: Tensor, step: StackedStep) -> Tensor:
        """Replace Gramians that are not finite, so that solvers see numbers; such a member's weights are NaN."""
        finite = torch.isfinite(gramian).flatten(1).all(1)
        present = step.present
        safe = torch.where((present.unsqueeze(1) & present.unsqueeze(2)) & _column(finite), gramian, 0.0)
        weights = torch.where(present, self.solve(safe, present, step), 0.0)
        return torch.where(finite.unsqueeze(1), weights, torch.nan)

    def solve(self, gramian: Tensor, present: Tensor, step: StackedStep) -> Tensor:
        """Return weights ``[M, T]`` from finite ``gramian [M, T, T]``; rows and columns of tasks that are not
        ``present [M, T]`` are zero, and what is returned for them is not used.
        """
        raise NotImplementedError


class OrderedAggregator(GramianAggregator):
    """Base of aggregators that visit the other tasks in a random order: in the one that the combiner itself
    draws.

    ``orders [M, T, T - 1]`` int64: for each member and task the tasks to visit; ``-1`` where there is none
    left.
    """

    #: The combiner's name, with which its draws are seeded.
    name: ClassVar[str]
    orders: Tensor

    def __init__(self, parameters: Sequence[Parameters], tasks_n: int) -> None:
        super().__init__(parameters, tasks_n)
        self.seeds: list[int] | None = None
        none = torch.full((len(parameters), tasks_n, max(tasks_n - 1, 0)), NONE)
        self.register_buffer("orders", none, persistent=False)
        self.begun = False

    def gather(self, combiners: Sequence[Combiner]) -> None:
        super().gather(combiners)
        self.seeds = [seed_of(combiner) for combiner in combiners]

    def keep(self, index: Tensor) -> None:
        super().keep(index)
        self.seeds = [self.seeds[member] for member in index.tolist()] if self.seeds is not None else None

    def begin(self, step: StackedStep) -> None:
        if self.seeds is None:
            raise TrainingError(f"the stacked {self.name} must gather() its members before their first step")
        rows = zip(self.seeds, step.steps.tolist(), step.present.tolist(), strict=True)
        self.orders.copy_(torch.tensor([self._orders(*row) for row in rows]).view_as(self.orders))
        self.begun = True

    def visits(self) -> Iterator[Tensor]:
        """Yield ``[M, T, T]`` bool for each turn: the one task (third dimension) that a task (second) visits."""
        if not self.begun:
            raise TrainingError(
                f"the stacked {self.name} must begin() every step before its weights are asked for"
            )
        tasks = torch.arange(self.tasks_n, device=self.orders.device)
        for turn in range(self.orders.shape[2]):
            yield self.orders[:, :, turn, None] == tasks

    def permutation(self, place: int, n: int, generator: torch.Generator) -> list[int]:
        """Draw the order in which present task ``place`` of ``n`` visits the others, as places."""
        raise NotImplementedError

    def _orders(self, seed: int, number: int, present: list[bool]) -> list[list[int]]:
        tasks = [task for task, here in enumerate(present) if here]
        orders = [[NONE] * (self.tasks_n - 1) for _ in range(self.tasks_n)]
        generator = torch.Generator()
        if len(tasks) > 2:  # of two tasks, each has one other to visit
            generator.manual_seed(derive_seed(seed, self.name, number))
        for place, task in enumerate(tasks):
            two = len(tasks) <= 2
            places = range(len(tasks)) if two else self.permutation(place, len(tasks), generator)
            visited = [tasks[other] for other in places if other != place]
            orders[task][: len(visited)] = visited
        return orders


def seed_of(combiner: Combiner) -> int:
    """Return the seed that a combiner draws from."""
    seed: int = combiner.seed  # type: ignore[assignment]
    return seed


def _column(values: Tensor) -> Tensor:
    return values.view(-1, 1, 1)
