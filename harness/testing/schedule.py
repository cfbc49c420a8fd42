"""What every batch schedule must do."""

from __future__ import annotations

from itertools import islice
from typing import ClassVar

import numpy as np
import pytest

from harness.bases.schedule import Draw, Schedule
from harness.records import ScheduleRecord
from harness.testing.component import ComponentContract

SMALL = Draw(name="data/small", tasks=("data/small",), n=5, labels=np.array([0, 0, 0, 1, 1]))
LARGE = Draw(name="data/large", tasks=("data/large",), n=23, labels=np.arange(23) % 4)
PLAIN = Draw(name="data/plain", tasks=("data/plain",), n=11)


class ScheduleContract(ComponentContract):
    """A schedule is endless, seeded, can start anywhere, and gives full batches of samples that exist."""

    record: ClassVar[ScheduleRecord]
    draws: ClassVar[tuple[Draw, ...]] = (SMALL, LARGE, PLAIN)
    batch_size: ClassVar[int] = 8

    def build(self, draws: tuple[Draw, ...] | None = None, seed: int = 0) -> Schedule:
        """Return a fresh schedule."""
        schedule: Schedule = self.record.build(self.settings(), draws or self.draws, self.batch_size, seed)
        return schedule

    def first(self, n: int, schedule: Schedule | None = None, start: int = 0) -> list[dict[int, list[int]]]:
        """Return ``n`` steps as plain lists."""
        steps = islice((schedule or self.build()).steps(start), n)
        return [{i: positions.tolist() for i, positions in step.items()} for step in steps]

    def of_draw(self, name: str, n: int, schedule: Schedule) -> list[int]:
        """Return the positions that the next ``n`` steps have of one draw, end to end."""
        index = [draw.name for draw in schedule.draws].index(name)
        return [p for step in self.first(n, schedule) for p in step.get(index, [])]

    def test_batches_are_full_and_exist(self) -> None:
        for step in self.first(100):
            assert step, "a step without any draw"
            for i, positions in step.items():
                assert len(positions) == self.batch_size
                assert min(positions) >= 0
                assert max(positions) < self.draws[i].n

    def test_every_draw_comes(self) -> None:
        assert {i for step in self.first(100) for i in step} == set(range(len(self.draws)))

    @pytest.mark.parametrize("start", [1, 7, 50])
    def test_starts_at_any_step(self, start: int) -> None:
        assert self.first(20, start=start) == self.first(start + 20)[start:]

    def test_seed_decides(self) -> None:
        assert self.first(20) == self.first(20)
        assert self.first(20, self.build(seed=1)) != self.first(20)

    def test_a_draw_sees_the_same_samples_alone_and_in_a_group(self) -> None:
        for draw in self.draws:
            alone = self.of_draw(draw.name, 100, self.build((draw,)))
            grouped = self.of_draw(draw.name, 100, self.build())
            assert grouped == alone[: len(grouped)]
            turned = self.of_draw(draw.name, 100, self.build(self.draws[::-1]))
            assert turned == alone[: len(turned)]

    def test_draws_with_equal_sizes_have_streams_of_their_own(self) -> None:
        twin = Draw(name="data/twin", tasks=("data/twin",), n=LARGE.n, labels=LARGE.labels)
        assert self.of_draw("data/twin", 3, self.build((twin,))) != self.of_draw(
            "data/large", 3, self.build((LARGE,))
        )
