"""What the stacked aggregators share: Gramians that cannot harm other members, and random orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor

from harness.api import Combiner, Parameters, StackedAggregator, StackedStep, TrainingError, derive_seed
from harness_combiners.stacked.orders import NONE, visiting_orders


class GramianAggregator(StackedAggregator):
    """Base of aggregators that need each member's Gramian alone: override :meth:`solve`."""

    def weights(self, gramian: Tensor, step: StackedStep) -> Tensor:
        """Replace Gramians that are not finite, so that solvers see numbers; such a member's weights are NaN."""
        finite, present = torch.isfinite(gramian).flatten(1).all(1), step.present
        used = present.unsqueeze(1) & present.unsqueeze(2) & finite.view(-1, 1, 1)
        weights = self.solve(torch.where(used, gramian, 0.0), step)
        return torch.where(finite.unsqueeze(1), torch.where(present, weights, 0.0), torch.nan)

    def solve(self, gramian: Tensor, step: StackedStep) -> Tensor:
        """Return weights ``[M, T]`` from finite ``gramian [M, T, T]``; rows and columns of absent tasks are
        zero, and what is returned for them is not used.
        """
        raise NotImplementedError

    def setting(self, name: str, like: Tensor) -> Tensor:
        """Return the members' values of a parameter, ``[M]``, typed and placed as ``like``."""
        return self.get_buffer(name).to(like)

    def settings(self, *names: str) -> None:
        """Keep the members' values of some parameters as buffers."""
        for name in names:
            self.register_buffer(name, self.of_members(name), persistent=False)


class OrderedAggregator(GramianAggregator):
    """Base of aggregators that visit the other tasks in a random order: in the one that the combiner draws.

    ``orders [M, T, T - 1]`` int64: for each member and task the tasks to visit; ``-1`` where none is left.
    """

    #: The combiner's name, with which its draws are seeded.
    name: ClassVar[str]
    orders: Tensor

    def __init__(self, parameters: Sequence[Parameters], tasks_n: int) -> None:
        super().__init__(parameters, tasks_n)
        self.seeds: list[int] = []
        self.register_buffer(
            "orders", torch.full((len(parameters), tasks_n, tasks_n - 1), NONE), persistent=False
        )
        self.begun = False

    def gather(self, combiners: Sequence[Combiner]) -> None:
        super().gather(combiners)
        self.seeds = [int(combiner.seed) for combiner in combiners]  # type: ignore[arg-type]

    def keep(self, index: Tensor) -> None:
        super().keep(index)
        self.seeds = [self.seeds[member] for member in index.tolist()]

    def begin(self, step: StackedStep) -> None:
        rows = zip(self.seeds, step.steps.tolist(), step.present.tolist(), strict=True)
        drawn = [
            visiting_orders(here, self.permute, self._generator(seed, n, here)) for seed, n, here in rows
        ]
        self.orders.copy_(torch.tensor(drawn).view_as(self.orders))
        self.begun = True

    @staticmethod
    def permute(place: int, n: int, generator: torch.Generator) -> list[int]:
        """Draw as the combiner does; see :data:`~harness_combiners.stacked.orders.Permute`."""
        raise NotImplementedError

    def drawn(self) -> Tensor:
        """Return the orders of this step; raise :class:`TrainingError` where none were ever drawn."""
        if not self.begun:
            raise TrainingError(f"the stacked {self.name} needs begin(step) before it is asked for weights")
        return self.orders

    def _generator(self, seed: int, step: int, present: list[bool]) -> torch.Generator:
        generator = torch.Generator()
        return generator.manual_seed(derive_seed(seed, self.name, step)) if sum(present) > 2 else generator
