import pytest

from harness.errors import StudyDirectoryError
from harness.schedule.ledger import Ledger
from harness.watching.reader import read_snapshot
from harness.watching.snapshot import Count
from tests.watching import made


def test_what_has_ended_is_counted_as_the_plan_asks(tmp_path) -> None:
    with made.study(tmp_path) as ledger:
        made.whole(ledger, "one", {"a": 0.5}, {"a": 0.6})
        made.end(ledger, made.search(ledger, "two")[0])
        found = read_snapshot(tmp_path)
    assert found.cells == Count(1, 4)
    assert found.trials == Count(3, 8)
    assert found.runs == Count(2, 8)
    assert found.trainings == Count(4, 12), "the best trial is the first run: 3 trainings a cell"


def test_failed_and_pruned_ones_have_ended(tmp_path) -> None:
    with made.study(tmp_path, trials=3) as ledger:
        first, second, third = made.search(ledger, "one", trials=3)
        ledger.start(first, "pid 7")
        ledger.fail(first, "ValueError", "no [good]\nmore", "trace")
        ledger.query("INSERT INTO verdicts (search_id, number, epoch, pruned) VALUES ('s-one', 1, 2, 1)")
        ledger.rungs.set_pruned(second, 0.0)
        made.end(ledger, third)
        found = read_snapshot(tmp_path)
    assert found.trials == Count(3, 12, failed=1, pruned=1)
    assert found.trainings == Count(3, 16, failed=1, pruned=1)
    assert found.n_failures == 1
    (failure,) = found.failures
    assert (failure.what, failure.error_type, failure.error) == ("d/a", "ValueError", "no [good]")


def test_a_search_without_a_good_trial_leaves_nothing(tmp_path) -> None:
    with made.study(tmp_path) as ledger:
        for key in made.search(ledger, "one"):
            ledger.fail(key, "ValueError", "no", "")
        ledger.watched.complete("one", 0)
        found = read_snapshot(tmp_path)
    assert found.cells.done == 1
    assert found.trainings.left == 9


def test_what_another_plan_left_is_not_counted(tmp_path) -> None:
    with made.study(tmp_path) as ledger:
        made.whole(ledger, "one", {"a": 0.5}, {"a": 0.6})
    with made.study(tmp_path) as ledger:
        ledger.watched.opened("another", "one", 0)
        found = read_snapshot(tmp_path)
    assert (found.cells.done, found.trials.done, found.runs.done, found.trainings.done) == (0, 0, 0, 0)
    assert found.gains == ()


def test_gains_are_differences_of_the_same_fold_and_seed_and_more_is_better(tmp_path) -> None:
    with made.study(tmp_path) as ledger:
        made.whole(ledger, "one", {"a": 0.5}, {"a": 0.6})
        made.whole(ledger, "two", {"b": 2.0}, {"b": float("nan")})
        made.whole(ledger, "both", {"a": 0.6, "b": 2.5}, {"a": 0.9, "b": 1.0})
        made.whole(ledger, "fake", {"a": 0.9, "b": 0.1}, {"a": 0.9, "b": 0.1})
        found = read_snapshot(tmp_path)
    assert found.n_gains == 2, "the placebo's are none"
    best, worst = found.gains
    assert (best.main, best.partners, best.n, best.expected) == ("d/a", ("d/b",), 2, 2)
    assert best.gain == pytest.approx(0.2)
    assert (worst.main, worst.metric, worst.n) == ("d/b", "mae", 1), (
        "a score that is not a number does not count"
    )
    assert worst.gain == pytest.approx(-0.5)


def test_workers_are_told_with_what_they_do(tmp_path) -> None:
    with made.study(tmp_path) as ledger:
        first, second = made.search(ledger, "both")
        made.end(ledger, first)
        ledger.start(second, "pid 8")
        ledger.rungs.reach(second, [0.1, 0.2])
        made.runs(ledger, "both", first, "again")
        ledger.start("again", "pid 9")
        ledger.probes.add("p", {"probe": "joint", "data": {"tasks": ["d/a", "d/b"], "fold": 0}})
        ledger.probes.start("p", "pid 10")
        found = read_snapshot(tmp_path)
    told = [(one.worker, one.doing, one.tasks, one.fold, one.epoch) for one in found.workers]
    both = ("d/a", "d/b")
    assert told == [
        ("pid 8", "trial 2 of 2", both, 0, 2),
        ("pid 9", "run, seed 1", both, 0, None),
        ("pid 10", "probe joint", both, 0, None),
    ]
    assert all(one.for_s >= 0 and one.since_utc for one in found.workers)


def test_it_says_who_writes_and_when_nobody_does(tmp_path) -> None:
    with made.study(tmp_path) as ledger:
        made.search(ledger, "one")
        ledger.start("one-0", "pid 7")
        found = read_snapshot(tmp_path)
        assert found.running
        assert found.writer is not None
        assert " on " in found.writer
        assert len(found.workers) == 1
    found = read_snapshot(tmp_path)
    assert (found.writer, found.phase, found.workers) == (None, "stopped", ())
    assert found.changed_at_utc


def test_a_finished_study_and_one_of_an_earlier_version(tmp_path) -> None:
    with made.study(tmp_path, command=False) as ledger:
        ledger.set_meta("n_trainings", "1")
        ledger.set_meta("n_cells", "1")
        ledger.set_meta("finished_at_utc", "2026-01-01T00:00:00+00:00")
        made.end(ledger, made.search(ledger, "one", trials=1)[0])
        for statement in ("DELETE FROM meta WHERE name IN ('plan_json', 'phase')", "DROP TABLE searches"):
            ledger.query(statement)
    found = read_snapshot(tmp_path)
    assert (found.phase, found.trainings, found.cells) == ("finished", Count(1, 1), Count(1, 1))
    assert found.time_left is None


def test_reading_does_not_hold_up_the_writer(tmp_path) -> None:
    with made.study(tmp_path) as ledger:
        reader = Ledger(ledger.path, read_only=True)
        with reader.reading():
            assert reader.training("one-0") is None
            made.search(ledger, "one")
            assert reader.training("one-0") is None, "one moment"
        assert reader.training("one-0") is not None
        reader.close()


def test_a_directory_that_is_no_study(tmp_path) -> None:
    with pytest.raises(StudyDirectoryError, match="no study here"):
        read_snapshot(tmp_path)
