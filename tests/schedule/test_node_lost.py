"""Machines that are lost do not use up a unit's tries."""

import pytest

from harness.bases.executor import NODE_LOST, Outcome
from harness.schedule.ledger import Ledger
from harness.schedule.pursuit import Pursuit
from harness.schedule.scheduler import Scheduler
from tests.schedule.fakes import FakeCell, FakeExecutor, FakeFactory, Silent


class Unlucky(FakeExecutor):
    """Loses each unit several times before it is done."""

    times, error_type = 0, ""

    def _end(self, unit):
        if sum(one["key"] == unit["key"] for one in self.done) <= self.times:
            return Outcome(key=unit["key"], status="lost", error_type=self.error_type, error="gone")
        return super()._end(unit)


@pytest.mark.parametrize(
    ("error_type", "times", "status"),
    [(NODE_LOST, 4, "done"), ("WorkerDied", 1, "done"), ("WorkerDied", 2, "failed")],
)
def test_a_unit_outlives_its_machines(tmp_path, error_type, times, status) -> None:
    ledger, executor = Ledger(tmp_path / "ledger.sqlite"), Unlucky()
    executor.times, executor.error_type = times, error_type
    pursuit = Pursuit(FakeCell("a"), 0, (0,), FakeFactory(), ledger, 1)
    Scheduler(iter([pursuit]), ledger, executor, Silent(), lambda: False, lambda key: None).run()
    found = ledger.query("SELECT DISTINCT status FROM trainings")
    ledger.close()
    assert [row["status"] for row in found] == [status]
