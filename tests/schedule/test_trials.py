"""Trials that are pruned: the same ones after any interruption, none of them the best, and nothing trained twice."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from harness.schedule.ledger import Ledger
from harness.schedule.pursuit import Pursuit
from harness.schedule.scheduler import Scheduler
from harness.tune.pruning import rungs_of, trained_epochs
from tests.schedule.fakes import FakeCell, Silent
from tests.schedule.rung_fakes import EPOCHS, RungExecutor, RungFactory


@pytest.fixture
def ledger(tmp_path):
    one = Ledger(tmp_path / "ledger.sqlite")
    yield one
    one.close()


def pursuit(ledger: Ledger, cell: str = "a", seeds: int = 2, **factory: Any) -> Pursuit:
    return Pursuit(FakeCell(cell), 0, (0,), RungFactory(**factory), ledger, seeds)  # type: ignore[arg-type]


def run(ledger, pursuits, executor=None, stop_after=None, watcher=None) -> RungExecutor:
    executor = executor or RungExecutor()
    begun = len(executor.done)
    stopping = lambda: stop_after is not None and len(executor.done) - begun >= stop_after  # noqa: E731
    Scheduler(iter(pursuits), ledger, executor, watcher or Silent(), stopping, executor.discard).run()
    return executor


def trials(ledger: Ledger, cell: str = "a", pruner: str = "hyperband") -> list[tuple[Any, ...]]:
    rows = ledger.trials(f"{cell}-0-{pruner}")
    return [
        tuple(row[name] for name in ("number", "params", "status", "pruned_epoch", "pruned_value"))
        for row in rows
    ]


def runs(ledger: Ledger) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in ledger.query("SELECT run_id, params, key FROM runs ORDER BY run_id")]


def key_of(ledger: Ledger, number: int) -> str:
    return str(ledger.trials("a-0-hyperband")[number]["key"])


def test_trials_are_pruned_and_the_epochs_are_saved(ledger) -> None:
    executor = run(ledger, [pursuit(ledger, seeds=1)])
    qualities = [-abs(json.loads(params)["lr"] - 0.01) for _, params, *_ in trials(ledger)]
    expected = trained_epochs(EPOCHS, 4, qualities)
    assert [epoch or EPOCHS for _, _, _, epoch, _ in trials(ledger)] == expected
    assert {EPOCHS, *expected} > {EPOCHS}
    assert executor.epochs == sum(expected)
    assert Counter(status for _, _, status, *_ in trials(ledger)) == {
        "pruned": sum(epochs < EPOCHS for epochs in expected),
        "done": expected.count(EPOCHS),
    }


def test_the_pruned_value_is_what_it_had_reached(ledger) -> None:
    run(ledger, [pursuit(ledger)])
    pruned = [row for row in trials(ledger) if row[2] == "pruned"]
    assert pruned
    for _, params, _, epoch, value in pruned:
        assert value == pytest.approx(-abs(json.loads(params)["lr"] - 0.01) - 1 / (epoch + 1))


def test_pruned_trials_are_no_runs_and_the_best_is_whole(ledger) -> None:
    run(ledger, [pursuit(ledger, seeds=3)])
    pruned = {key_of(ledger, row[0]) for row in trials(ledger) if row[2] == "pruned"}
    keys = {key for _, _, key in runs(ledger)}
    assert len(keys) == 3
    assert not keys & pruned
    assert {ledger.training(key)["status"] for key in keys} == {"done"}
    assert {ledger.training(key)["status"] for key in pruned} == {"pruned"}
    assert all(ledger.result(key) is None for key in pruned)


@pytest.mark.parametrize("stop_after", range(1, 26))
@pytest.mark.parametrize("lost", [False, True])
def test_stopped_anywhere_and_continued_it_is_the_same(tmp_path: Path, stop_after: int, lost: bool) -> None:
    whole, parts = Ledger(tmp_path / "whole.sqlite"), Ledger(tmp_path / "parts.sqlite")
    one = run(whole, [pursuit(whole), pursuit(whole, "b")])
    first = run(parts, [pursuit(parts), pursuit(parts, "b")], stop_after=stop_after)
    kept = {} if lost else dict(first.kept)
    second = run(parts, [pursuit(parts), pursuit(parts, "b")], RungExecutor(kept=kept))
    assert (trials(parts), trials(parts, "b"), runs(parts)) == (
        trials(whole),
        trials(whole, "b"),
        runs(whole),
    )
    assert second.kept == {}, "no checkpoint is left"
    done = [unit["key"] for unit in first.done + second.done if unit["spec"].get("stop_epoch") is None]
    assert len(done) == len(set(done))
    if not lost:
        assert first.epochs + second.epochs == one.epochs


def test_killed_between_two_writes_it_is_the_same(tmp_path: Path) -> None:
    """What a worker was doing when everything died is pending again, and is trained again."""
    whole, parts = Ledger(tmp_path / "whole.sqlite"), Ledger(tmp_path / "parts.sqlite")
    run(whole, [pursuit(whole)])

    class Killed(RungExecutor):
        def _end(self, unit):
            if len(self.done) > 9:
                raise KeyboardInterrupt
            return super()._end(unit)

    killed = Killed()
    for _ in range(30):
        killed.done.clear()
        killed.queue.clear()
        try:
            run(parts, [pursuit(parts)], killed)
            break
        except KeyboardInterrupt:
            parts.reset_running()
    assert trials(parts) == trials(whole)
    assert runs(parts) == runs(whole)


def test_checkpoints_stay_between_rungs_and_go_with_the_pruned(ledger) -> None:
    executor = run(ledger, [pursuit(ledger)], stop_after=6)
    assert executor.kept
    assert all(ledger.training(key)["status"] == "pending" for key in executor.kept)


def test_singles_and_groups_are_compared_at_the_same_epochs(ledger) -> None:
    watcher = Silent()
    run(ledger, [pursuit(ledger, "single"), pursuit(ledger, "pair")], watcher=watcher)
    stops: dict[str, list[tuple[int, int]]] = {}
    for cell in ("single", "pair"):
        rows = ledger.query(
            "SELECT number, epoch FROM verdicts WHERE search_id = ?", (f"{cell}-0-hyperband",)
        )
        stops[cell] = [tuple(row) for row in rows]
        assert all(epoch in rungs_of(number, EPOCHS) for number, epoch in stops[cell])
    firsts = [{n: min(e for m, e in stops[cell] if m == n) for n, _ in stops[cell]} for cell in stops]
    assert firsts[0] == firsts[1]


def test_what_failed_is_failed_and_does_not_win(ledger, tmp_path) -> None:
    other = Ledger(tmp_path / "other.sqlite")
    run(other, [pursuit(other)])
    best = max(other.query("SELECT * FROM trainings WHERE status='done'"), key=lambda row: row["objective"])[
        "key"
    ]
    executor = run(ledger, [pursuit(ledger)], RungExecutor(fails={best: EPOCHS}))
    states = Counter(status for _, _, status, *_ in trials(ledger))
    assert states["failed"] == 1
    assert best not in {key for _, _, key in runs(ledger)}
    assert len(runs(ledger)) == 2
    assert executor.kept == {best: 9}, "a failed training may be tried again"


def test_when_all_others_fail_the_best_pruned_trial_is_trained_after_all(ledger, tmp_path) -> None:
    other = Ledger(tmp_path / "other.sqlite")
    run(other, [pursuit(other)])
    whole = {key_of(other, row[0]) for row in trials(other) if row[2] == "done"}
    fails = dict.fromkeys(whole, EPOCHS)
    watcher = Silent()
    run(ledger, [pursuit(ledger)], RungExecutor(fails=fails), watcher=watcher)
    states = {row[0]: row[2] for row in trials(ledger)}
    reprieved = [number for number, state in states.items() if state == "done"]
    assert len(reprieved) == 1
    assert Counter(states.values()) == {"failed": len(whole), "done": 1, "pruned": 9 - len(whole)}
    was = {row[0]: row for row in trials(other)}
    furthest = max((row for row in was.values() if row[2] == "pruned"), key=lambda row: row[3:])
    assert reprieved == [furthest[0]]
    assert {key for _, _, key in runs(ledger)} >= {key_of(ledger, reprieved[0])}
    before = trials(ledger)
    assert run(ledger, [pursuit(ledger)]).done == []
    assert trials(ledger) == before


def test_when_every_trial_fails_so_does_the_cell(ledger) -> None:
    class Failing(RungExecutor):
        def _end(self, unit):
            self.fails[unit["key"]] = 5
            return super()._end(unit)

    one = pursuit(ledger)
    run(ledger, [one], Failing())
    assert one.complete
    assert runs(ledger) == []
    assert {row[2] for row in trials(ledger)} == {"failed"}


def test_a_training_that_ends_by_itself_before_a_rung_is_not_judged_there(ledger, tmp_path) -> None:
    other = Ledger(tmp_path / "other.sqlite")
    run(other, [pursuit(other)])
    last = {row[0]: row[3] for row in trials(other) if row[3]}
    number = next(n for n, epoch in last.items() if epoch == 3)
    key = key_of(other, number)
    run(ledger, [pursuit(ledger)], RungExecutor(ends={key: 3}))
    assert next(row for row in trials(ledger) if row[0] == number)[2:] == ("done", None, None)


@pytest.mark.parametrize("factory", [{"trials": 1}, {"epochs": 1}, {"trials": 2, "epochs": 4}])
def test_where_nothing_can_be_pruned_it_works_as_none(tmp_path: Path, factory: dict[str, Any]) -> None:
    found = {}
    for pruner in ("none", "hyperband"):
        one = Ledger(tmp_path / f"{pruner}.sqlite")
        executor = run(one, [pursuit(one, pruner=pruner, **factory)])
        found[pruner] = (runs(one), [row[:4] for row in trials(one, pruner=pruner)], executor.epochs)
    assert found["none"] == found["hyperband"]


def test_a_batch_of_one_is_compared_with_the_trials_before_it(ledger) -> None:
    run(ledger, [pursuit(ledger, batch=1)])
    assert "pruned" in {row[2] for row in trials(ledger)}


def test_one_set_of_hyperparameters_twice_is_one_training(ledger) -> None:
    executor = run(ledger, [pursuit(ledger, space={"lr": {"choice": [0.01, 0.02, 0.05]}}, seeds=1)])
    assert len({unit["key"] for unit in executor.done}) <= 3
    assert executor.epochs <= 3 * EPOCHS + 9, "a pruned training may be asked for again, from its beginning"
    assert "pending" not in {row[2] for row in trials(ledger)}


def test_what_was_trained_without_a_pruner_is_not_trained_again(tmp_path: Path) -> None:
    """The same trials are pruned as in a study that had the pruner from the beginning."""
    fresh, changed = Ledger(tmp_path / "fresh.sqlite"), Ledger(tmp_path / "changed.sqlite")
    run(fresh, [pursuit(fresh)])
    run(changed, [pursuit(changed, pruner="none")])
    assert run(changed, [pursuit(changed)]).done == []
    assert trials(changed) == trials(fresh)
    assert runs(changed) == runs(fresh)
    back = run(fresh, [pursuit(fresh, pruner="none")])
    assert len(back.done) == sum(row[2] == "pruned" for row in trials(fresh))
    assert {row[2] for row in trials(fresh, pruner="none")} == {"done"}


def test_more_trials_later_keep_the_verdicts(ledger) -> None:
    run(ledger, [pursuit(ledger, trials=8)])
    before = trials(ledger)
    run(ledger, [pursuit(ledger, trials=16)])
    assert trials(ledger)[:8] == before
    assert len(trials(ledger)) == 16


def test_the_winner_without_a_pruner_wins_with_it(tmp_path: Path) -> None:
    found = []
    for pruner in ("none", "hyperband"):
        one = Ledger(tmp_path / f"{pruner}.sqlite")
        run(one, [pursuit(one, pruner=pruner)])
        found.append(runs(one))
    assert found[0] == found[1], "the order of these trials is the same at every rung"


def test_a_pruned_training_is_told_once(ledger) -> None:
    watcher = Silent()
    run(ledger, [pursuit(ledger)], watcher=watcher)
    ended = [payload for name, payload in watcher.seen if name == "training_ended"]
    assert len(ended) == len({payload["key"] for payload in ended}) == 10 + 1
    assert Counter(payload["status"] for payload in ended)["pruned"] == sum(
        row[2] == "pruned" for row in trials(ledger)
    )


def test_a_trainings_times_and_attempts_are_those_of_one(ledger) -> None:
    run(ledger, [pursuit(ledger)])
    for row in ledger.query("SELECT * FROM trainings"):
        assert row["attempts"] == 1
    for row in ledger.trials("a-0-hyperband"):
        assert row["wall_time_s"] == (row["pruned_epoch"] or EPOCHS)


def test_a_failed_trial_that_is_tried_again_is_judged_late_and_the_verdicts_stay(ledger, tmp_path) -> None:
    other = Ledger(tmp_path / "other.sqlite")
    run(other, [pursuit(other)])
    number = next(row[0] for row in trials(other) if rungs_of(row[0], EPOCHS)[0] == 3)
    key = key_of(other, number)
    run(ledger, [pursuit(ledger)], RungExecutor(fails={key: 2}))
    before = {row[0]: row for row in trials(ledger)}
    assert before.pop(number)[2] == "failed"
    assert ledger.retry_failed() == 1
    again = run(ledger, [pursuit(ledger)])
    assert again.done[0]["key"] == key
    assert again.done[0]["spec"]["stop_epoch"] == 3
    after = {row[0]: row for row in trials(ledger)}
    assert after.pop(number)[2] in ("done", "pruned")
    assert after == before
