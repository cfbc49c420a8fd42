import json

import pytest

from harness.schedule.ledger import Ledger
from harness.schedule.pursuit import Pursuit
from harness.schedule.scheduler import Scheduler
from tests.schedule.fakes import FakeCell, FakeExecutor, FakeFactory, Silent, objective


@pytest.fixture
def ledger(tmp_path):
    one = Ledger(tmp_path / "ledger.sqlite")
    yield one
    one.close()


def pursuit(ledger, cell="a", fold=0, folds=(0,), seeds=2, **factory) -> Pursuit:
    return Pursuit(FakeCell(cell), fold, folds, FakeFactory(**factory), ledger, seeds)


def run(ledger, pursuits, executor=None, stop_after=None, watcher=None) -> FakeExecutor:
    executor = executor or FakeExecutor()
    stopping = lambda: stop_after is not None and len(executor.done) >= stop_after  # noqa: E731
    discarded = []
    Scheduler(iter(pursuits), ledger, executor, watcher or Silent(), stopping, discarded.append).run()
    return executor


def test_a_pursuit_trains_its_trials_and_its_best_for_every_seed(ledger) -> None:
    one = pursuit(ledger, seeds=3)
    executor = run(ledger, [one])
    assert len(executor.done) == one.n_trainings == 4 + 3 - 1
    best = max((unit for unit in executor.done if unit["seed"] == 0), key=objective)
    runs = ledger.query("SELECT * FROM runs ORDER BY seed")
    assert [json.loads(row["params"])["lr"] for row in runs] == [best["params"]["lr"]] * 3
    assert runs[0]["key"] == best["key"]
    assert one.complete


def test_constants_reach_the_units(ledger) -> None:
    assert all(unit["params"]["momentum"] == 0.9 for unit in run(ledger, [pursuit(ledger)]).done)


def test_first_fold_tunes_once_and_trains_every_fold(ledger) -> None:
    executor = run(ledger, [pursuit(ledger, folds=(0, 1, 2), seeds=2)])
    assert len(executor.done) == 4 + 3 * 2 - 1
    assert {row["fold"] for row in ledger.query("SELECT fold FROM runs")} == {0, 1, 2}


@pytest.mark.parametrize("stop_after", range(1, 10))
def test_stopped_anywhere_and_continued_it_is_the_same(tmp_path, stop_after) -> None:
    whole, parts = Ledger(tmp_path / "whole.sqlite"), Ledger(tmp_path / "parts.sqlite")
    expected = {unit["key"] for unit in run(whole, [pursuit(whole), pursuit(whole, "b")]).done}
    first = run(parts, [pursuit(parts), pursuit(parts, "b")], stop_after=stop_after)
    second = run(parts, [pursuit(parts), pursuit(parts, "b")])
    keys = [unit["key"] for unit in first.done + second.done]
    assert set(keys) == expected
    assert len(keys) == len(expected)
    sql = "SELECT run_id, key FROM runs ORDER BY run_id"
    assert [tuple(r) for r in whole.query(sql)] == [tuple(r) for r in parts.query(sql)]


def test_a_training_that_two_pursuits_share_is_trained_once(ledger) -> None:
    executor = run(ledger, [pursuit(ledger), pursuit(ledger)])
    assert len(executor.done) == len({unit["key"] for unit in executor.done}) == 5


def test_a_lost_unit_is_tried_once_more_and_then_failed(ledger) -> None:
    watcher = Silent()
    executor = run(
        ledger, [pursuit(ledger, trials=1, seeds=1)], FakeExecutor(answer=lambda unit: None), watcher=watcher
    )
    assert len(executor.done) == 2
    row = ledger.query("SELECT * FROM trainings")[0]
    assert (row["status"], row["losses"], row["attempts"], row["error_type"]) == (
        "failed",
        2,
        2,
        "WorkerDied",
    )
    assert [name for name, _ in watcher.seen].count("training_lost") == 1


def test_memory_is_tried_again_but_a_bad_loss_is_not(ledger) -> None:
    for error, tries in ((MemoryError("little"), 2), (ValueError("bad"), 1)):
        executor = FakeExecutor(answer=lambda unit, error=error: error)
        run(ledger, [pursuit(ledger, type(error).__name__, trials=1, seeds=1)], executor)
        assert len(executor.done) == tries


def test_when_every_trial_fails_there_is_no_final_run(ledger) -> None:
    one = pursuit(ledger, seeds=2)
    run(ledger, [one], FakeExecutor(answer=lambda unit: ValueError("bad")))
    assert one.complete
    assert ledger.query("SELECT * FROM runs") == []


def test_a_failed_trial_does_not_win(ledger) -> None:
    worst = 0.01

    def answer(unit):
        return ValueError("bad") if unit["params"]["lr"] == pytest.approx(worst) else objective(unit)

    run(ledger, [pursuit(ledger)], FakeExecutor(answer=answer))
    assert all(
        json.loads(r["params"])["lr"] != pytest.approx(worst) for r in ledger.query("SELECT params FROM runs")
    )
