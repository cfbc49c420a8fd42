"""The study that does nothing, and the benchmarks that run it."""

from __future__ import annotations

import pytest

from benchmarks import noop_study, resume, schedule


def test_every_unit_of_a_finished_study_is_found_done():
    with noop_study.noop_study(2) as study:
        assert study.n_units == (2 + 1 + 2) * 5 * (5 - 1 + 5)
        resume._fill(study)
        assert resume._found_done_s(study) > 0


def test_a_unit_that_is_missing_is_told(monkeypatch):
    with noop_study.noop_study(2) as study:
        resume._fill(study)
        ledger = study.ledger()
        ledger.query("DELETE FROM runs")
        ledger.query("UPDATE trainings SET status = 'pending' WHERE key = (SELECT min(key) FROM trainings)")
        ledger.close()
        with pytest.raises(RuntimeError, match="were submitted again"):
            resume._found_done_s(study)


@pytest.mark.slow
def test_the_overhead_of_a_unit_is_measured(monkeypatch):
    ms, grown, units = schedule._round(2)
    assert units == 225
    assert ms > 0
    assert grown < 1000


def test_resident_memory_grows_with_what_is_held():
    before = schedule.resident_mb()
    held = bytearray(b"x" * 200_000_000)
    assert schedule.resident_mb() - before > 150
    del held
