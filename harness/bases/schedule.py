"""Batch schedules: which samples of which task make the next step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from harness.records import Parameters


@dataclass(frozen=True, kw_only=True)
class Draw:
    """Samples that are drawn together: one task, or tasks of one data set that have the same training clips.

    ``n`` is the number of samples; ``labels [n]`` holds class numbers of the first task (``None`` for regression and
    multilabel). ``name`` seeds the stream of samples: it is the first task's name, so that a task sees the same
    samples in the same order alone and in a group.
    """

    name: str
    tasks: tuple[str, ...]
    n: int
    labels: np.ndarray | None = None


class Schedule:
    """Base of batch schedules: an endless sequence of steps, each a batch of positions for some of the draws.

    ``every_draw`` promises that each step has a batch of every draw: then many trainings can be made as one.
    """

    every_draw: ClassVar[bool] = False

    def __init__(self, parameters: Parameters, draws: tuple[Draw, ...], batch_size: int, seed: int) -> None:
        self.parameters = parameters
        self.draws = draws
        self.batch_size = batch_size
        self.seed = seed

    def steps(self, start: int = 0) -> Iterator[Mapping[int, np.ndarray]]:
        """Iterate ``{index of a draw: positions [batch_size] in 0..n-1}`` from step ``start``, without end.

        ``steps(k)`` gives what ``steps(0)`` gives after ``k`` steps.
        """
        raise NotImplementedError
