from harness.testing import ScheduleContract
from tests.plugins.harness_training.records import RECORDS


class TestMixed(ScheduleContract):
    record = RECORDS["schedule", "mixed"]

    def test_every_step_has_every_draw(self):
        assert all(set(step) == {0, 1, 2} for step in self.first(20))
