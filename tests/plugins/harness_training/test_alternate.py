from harness.testing import ScheduleContract
from tests.plugins.harness_training.records import RECORDS


class TestAlternate(ScheduleContract):
    record = RECORDS["schedule", "alternate"]

    def test_draws_take_turns(self):
        assert [list(step) for step in self.first(6)] == [[0], [1], [2], [0], [1], [2]]
