import math

import pytest

from harness.watching.durations import QUANTILE, Durations, work_left
from harness.watching.reader import read_snapshot
from tests.watching import made


def durations(*values: float) -> Durations:
    return Durations(len(values), sum(values), sum(value**2 for value in values))


def test_the_work_left_is_the_mean_times_the_units_with_both_uncertainties() -> None:
    seen = durations(1.0, 2.0, 3.0)
    work, spread = work_left({"k": 4}, {"k": seen}, lambda kind: 1)
    assert work == pytest.approx(8.0)
    assert spread == pytest.approx(math.sqrt(4 * 1.0 + 16 * 1.0 / 3))


def test_a_kind_that_nothing_is_known_of_lasts_as_long_a_task_and_is_uncertain() -> None:
    work, spread = work_left(
        {"pairs": 1}, {"single": durations(2.0, 2.0, 2.0)}, {"single": 1, "pairs": 2}.get
    )
    assert work == pytest.approx(4.0)
    assert spread == pytest.approx(4.0), "as uncertain as it is large"


def test_two_finished_units_say_nothing() -> None:
    assert work_left({"k": 4}, {"k": durations(1.0, 2.0)}, lambda kind: 1) is None


def test_it_is_divided_by_the_measured_parallelism(tmp_path) -> None:
    with made.study(tmp_path) as ledger:
        for cell in ("one", "two"):
            made.whole(ledger, cell, {}, {}, seconds=10.0)
        began = min(row["at"] for row in ledger.query("SELECT at FROM events"))
        found = read_snapshot(tmp_path, now=began + 30.0).time_left
    assert found.parallelism == pytest.approx(2.0), "60 s of training in 30 s"
    assert found.seconds == pytest.approx(6 * 20.0 / 2.0), (
        "six trainings of two tasks, taken to last twice as long"
    )
    half = QUANTILE * math.sqrt(6**2 * 20.0**2) / 2.0
    assert (found.low, found.high) == (0.0, pytest.approx(found.seconds + half))


def test_the_interval_is_narrow_where_all_last_alike(tmp_path) -> None:
    with made.study(tmp_path) as ledger:
        made.whole(ledger, "one", {}, {}, seconds=10.0)
        made.whole(ledger, "two", {}, {}, seconds=10.0)
        made.whole(ledger, "both", {}, {}, seconds=20.0)
        made.end(ledger, made.search(ledger, "fake")[0], 20.0)
        found = read_snapshot(tmp_path).time_left
    assert found.low == pytest.approx(found.seconds) == pytest.approx(found.high)
