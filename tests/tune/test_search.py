import pytest

from harness.tune.search import Search, Trial, ask_batch
from harness.tune.space import centre

SPACE = {"lr": {"log": [1e-4, 1e-2]}, "dropout": {"uniform": [0.0, 0.5]}}


def search(**changes) -> Search:
    return Search(**{"space": SPACE, "n_trials": 8, "batch_size": 4, "sampler": "tpe", "seed": 3} | changes)


def run_to_end(one: Search, stop_after: int | None = None) -> Search:
    while asked := one.ask():
        for trial in asked:
            one.tell(trial.number, -abs(trial.params["dropout"] - 0.2))
            if stop_after is not None and trial.number == stop_after:
                return one
    return one


def params(one: Search) -> list[dict]:
    return [trial.params for trial in one.trials]


def test_first_trial_is_the_centre_and_all_are_inside() -> None:
    done = run_to_end(search())
    assert done.trials[0].params == pytest.approx({"lr": 1e-3, "dropout": 0.25})
    assert all(1e-4 <= t.params["lr"] <= 1e-2 and 0 <= t.params["dropout"] <= 0.5 for t in done.trials)
    assert [t.batch for t in done.trials] == [0] * 4 + [1] * 4
    assert done.complete


@pytest.mark.parametrize("sampler", ["tpe", "random"])
@pytest.mark.parametrize("interrupted_after", range(7))
def test_interrupted_search_continues_with_the_same_trials(sampler: str, interrupted_after: int) -> None:
    whole = run_to_end(search(sampler=sampler, n_trials=12))
    first = run_to_end(search(sampler=sampler, n_trials=12), stop_after=interrupted_after)
    resumed = search(sampler=sampler, n_trials=12)
    resumed.trials = [Trial(t.number, t.batch, t.params) for t in first.trials]
    for trial in resumed.trials:
        resumed.tell(trial.number, -abs(trial.params["dropout"] - 0.2))
    assert params(run_to_end(resumed)) == params(whole)


def test_more_trials_later_keep_the_earlier_ones() -> None:
    assert params(run_to_end(search(n_trials=12)))[:8] == params(run_to_end(search()))


def test_nothing_is_asked_while_a_trial_is_pending() -> None:
    one = search()
    one.ask()
    assert one.ask() == []


def test_best_is_the_earliest_of_the_highest_and_ignores_failures() -> None:
    one = search(n_trials=4)
    one.ask()
    for number, value in enumerate([None, 0.5, float("nan"), 0.5]):
        one.tell(number, value)
    assert [t.status for t in one.trials] == ["failed", "done", "failed", "done"]
    best = one.best()
    assert best is not None
    assert best.number == 1


def test_no_best_when_all_failed() -> None:
    one = search(n_trials=1)
    one.ask()
    one.tell(0, None)
    assert one.complete
    assert one.best() is None


def test_failed_trials_do_not_stop_the_sampler() -> None:
    history = [Trial(i, 0, {"lr": 1e-3, "dropout": i / 20}, "failed", None) for i in range(8)]
    assert len(ask_batch(SPACE, history, "tpe", 1, 3)) == 3


def test_tpe_learns_from_what_it_was_told() -> None:
    told = [Trial(i, 0, {"lr": 1e-3, "dropout": i / 80}, "done", -abs(i / 80 - 0.4)) for i in range(40)]
    asked = ask_batch(SPACE, told, "tpe", 5, 20)
    assert sum(trial["dropout"] > 0.25 for trial in asked) > 15


def test_an_empty_space_asks_trials_without_parameters() -> None:
    assert ask_batch({}, [], "tpe", 0, 2) == [{}, {}]


def test_a_pruned_trial_is_never_the_best() -> None:
    one = search(n_trials=2)
    one.ask()
    one.trials[0].rungs[3] = 0.9
    one.prune(0)
    assert one.best() is None
    one.tell(1, 0.1)
    best = one.best()
    assert best is not None
    assert (best.number, one.trials[0].status, one.trials[0].value) == (1, "pruned", None)
    assert one.complete


def test_tpe_learns_from_pruned_trials() -> None:
    done = [Trial(i, 0, {"lr": 1e-3, "dropout": 0.4 + i / 200}, "done", 0.9) for i in range(10)]

    def above(status: str) -> int:
        poor = [
            Trial(10 + i, 0, {"lr": 1e-3, "dropout": 0.3 + i / 100}, status, None, {1: 0.1})
            for i in range(10)
        ]
        return sum(trial["dropout"] > 0.4 for trial in ask_batch(SPACE, [*done, *poor], "tpe", 5, 40))

    assert above("pruned") > above("failed")


def test_a_grid_has_every_point_once_and_begins_at_the_centre() -> None:
    space = {"lr": {"choice": [1e-2, 1e-3, 1e-4]}, "momentum": 0.9, "batch_size": {"choice": [8, 16]}}
    done = search(space=space, sampler="grid", n_trials=6, batch_size=4)
    for _ in range(2):
        for trial in done.ask():
            done.tell(trial.number, 0.0)
    assert params(done) == [{"lr": lr, "batch_size": n} for lr in (1e-2, 1e-3, 1e-4) for n in (8, 16)]
    assert params(done)[0] == centre(space)
    assert [trial.batch for trial in done.trials] == [0] * 4 + [1] * 2
    # a cell that knows one of the two entries starts again
    short = ask_batch({"lr": {"choice": [1e-2, 1e-3]}}, [Trial(0, 0, {"lr": 1e-2})], "grid", 0, 3)
    assert short == [{"lr": 1e-3}, {"lr": 1e-2}, {"lr": 1e-3}]
