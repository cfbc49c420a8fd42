from itertools import count

import numpy as np
import pytest

from harness.api import Schedule, ScheduleRecord
from harness.testing import ScheduleContract


class Random(Schedule):
    """Every draw at every step, with replacement."""

    def one(self, k, i):
        seed = [self.seed, k, *self.draws[i].name.encode()]
        return np.random.default_rng(seed).integers(self.draws[i].n, size=self.batch_size)

    def steps(self, start=0):
        for k in count(start):
            yield {i: self.one(k, i) for i in range(len(self.draws))}


def contract(schedule):
    class Contract(ScheduleContract):
        record = ScheduleRecord(name="under_test", factory=schedule, summary="for tests")

    return Contract()


class TestRandom(ScheduleContract):
    record = contract(Random).record


class Short(Random):
    def one(self, k, i):
        return super().one(k, i)[: self.draws[i].n]


class Beyond(Random):
    def one(self, k, i):
        return super().one(k, i) + 1


class FirstOnly(Random):
    def steps(self, start=0):
        for step in super().steps(start):
            yield {0: step[0]}


class Rewinds(Random):
    def steps(self, start=0):
        return super().steps(0)


class Seedless(Random):
    def one(self, k, i):
        return np.random.default_rng([k, i]).integers(self.draws[i].n, size=self.batch_size)


class ByIndex(Random):
    def one(self, k, i):
        return np.random.default_rng([self.seed, k, i]).integers(self.draws[i].n, size=self.batch_size)


@pytest.mark.parametrize(
    ("schedule", "test", "arguments"),
    [
        (Short, "test_batches_are_full_and_exist", ()),
        (Beyond, "test_batches_are_full_and_exist", ()),
        (FirstOnly, "test_every_draw_comes", ()),
        (Rewinds, "test_starts_at_any_step", (7,)),
        (Seedless, "test_seed_decides", ()),
        (ByIndex, "test_a_draw_sees_the_same_samples_alone_and_in_a_group", ()),
        (ByIndex, "test_draws_with_equal_sizes_have_streams_of_their_own", ()),
    ],
)
def test_broken_schedule_is_caught(schedule, test, arguments):
    with pytest.raises(AssertionError):
        getattr(contract(schedule), test)(*arguments)
