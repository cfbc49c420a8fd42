import numpy as np

from harness.testing import ScheduleContract
from tests.plugins.harness_training.records import RECORDS


class TestProportional(ScheduleContract):
    record = RECORDS["schedule", "proportional"]

    def test_shares_follow_the_sizes(self):
        counts = np.bincount([i for step in self.first(4000) for i in step])
        shares = np.array([5, 23, 11]) / 39
        sigma = np.sqrt(shares * (1 - shares) / 4000)
        assert (np.abs(counts / 4000 - shares) < 4 * sigma).all()

    def test_starts_beyond_a_block_of_choices(self):
        assert self.first(30, start=1020) == self.first(1050)[1020:]
        assert self.first(3, start=5000) == self.first(5003)[5000:]
