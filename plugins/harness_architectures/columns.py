"""Architectures with a whole network, a column, for each task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from torch import Tensor, nn

from harness_architectures.architecture import Architecture
from harness_architectures.base import Base, Segment
from harness_architectures.parameters import Start


class Columns(Architecture):
    """A trunk of the base for each task; ``own[i]`` is task i's.

    With ``start: same`` all columns start from one trunk's numbers, those that ``cnn`` or ``dnn`` alone has with the
    same seed, so that the columns' channels correspond; with ``own`` from numbers of the task's name.
    """

    def __init__(
        self, base: Base, heads: Mapping[str, int], start: Start, shared: nn.Module | None = None
    ) -> None:
        columns = [base.segment() for _ in heads]
        for column in columns[1:] if start == "same" else ():
            column.load_state_dict(columns[0].state_dict())
        super().__init__(heads, base.width, shared=shared or nn.Identity(), own=columns)
        self.base, self.start = base, start

    def task_modules(self) -> dict[str, dict[str, nn.Module]]:
        """Return each task's head; and its column, unless all columns start alike."""
        modules = super().task_modules()
        kept = ("own", "head") if self.start == "own" else ("head",)
        return {task: {name: own[name] for name in kept} for task, own in modules.items()}

    def after_blocks(self, x: Tensor, index: int, states: list[Tensor]) -> list[Tensor]:
        """Return every column's output of block ``index``, from the outputs of the blocks before."""
        entered = [self.base.prepare(x)] * len(self.own) if index == 0 else states
        columns = cast(list[Segment], list(self.own))
        return [column.blocks[index](h) for column, h in zip(columns, entered, strict=True)]
