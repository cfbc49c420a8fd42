import pytest

from harness.schedule import limits
from harness.schedule.limits import TimeLimit

UNIT = {"key": "a"}


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test sets: a list with the time now, s."""
    now = [1000.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    return now


def done_in(limit: TimeLimit, clock: list, seconds: float) -> None:
    limit.begin({"key": "peer"})
    clock[0] += seconds
    limit.end({"key": "peer"}, done=True)


def test_a_fixed_limit_holds_whatever_the_unit_does(clock, tmp_path) -> None:
    limit = TimeLimit(5.0, tmp_path)
    limit.begin(UNIT)
    (tmp_path / "a").mkdir()
    clock[0] += 5.0
    assert limit.passed(UNIT) is None
    clock[0] += 0.1
    assert "compute.timeout_s (5 s)" in limit.passed(UNIT)


def test_without_one_ten_minutes_are_allowed_at_least(clock) -> None:
    limit = TimeLimit(None)
    done_in(limit, clock, 2.0)
    limit.begin(UNIT)
    clock[0] += 599.0
    assert limit.passed(UNIT) is None
    clock[0] += 2.0
    assert "nothing was seen of the unit for 600 s" in limit.passed(UNIT)


def test_and_twenty_times_the_longest_that_is_done(clock) -> None:
    limit = TimeLimit(None)
    done_in(limit, clock, 100.0)
    done_in(limit, clock, 1.0)
    assert limit.seconds == 2000.0


def test_a_failed_unit_does_not_tell_how_long_units_take(clock) -> None:
    limit = TimeLimit(None)
    limit.begin(UNIT)
    clock[0] += 1000.0
    limit.end(UNIT, done=False)
    assert limit.seconds == limits.AT_LEAST_S


@pytest.mark.parametrize("unit", [UNIT, {"key": "p", "pack": [{"key": "b"}, {"key": "a"}]}])
def test_a_training_that_writes_checkpoints_is_not_hung(clock, tmp_path, unit) -> None:
    limit = TimeLimit(None, tmp_path)
    limit.begin(unit)
    for number in range(3):
        clock[0] += 601.0
        (tmp_path / "a" / str(number)).mkdir(parents=True)
        assert limit.passed(unit) is None
        clock[0] += 599.0
        assert limit.passed(unit) is None
        clock[0] += 2.0
    assert limit.passed(unit) is not None


def test_a_checkpoint_of_an_earlier_command_is_no_sign(clock, tmp_path) -> None:
    (tmp_path / "a" / "0").mkdir(parents=True)
    limit = TimeLimit(None, tmp_path)
    limit.begin(UNIT)
    clock[0] += 601.0
    assert limit.passed(UNIT) is not None


def test_a_unit_that_has_ended_is_not_late(clock) -> None:
    limit = TimeLimit(1.0)
    limit.begin(UNIT)
    limit.end(UNIT, done=True)
    clock[0] += 100.0
    assert limit.passed(UNIT) is None
