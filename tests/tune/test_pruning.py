"""The pruner against Optuna's own loop, and what follows from its rungs."""

import random

import optuna
import pytest

from harness.tune.pruning import (
    Judge,
    Report,
    expected_epochs,
    rungs_below,
    rungs_of,
    trained_epochs,
    why_nothing,
)

NAN = float("nan")


def optunas_own(epochs: int, values: list[list[float]]) -> list[int]:
    """Epochs that Optuna's loop trains each trial for; ``values[trial][epoch - 1]`` is what it has reached."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    pruner = optuna.pruners.HyperbandPruner(min_resource=1, max_resource=epochs, reduction_factor=3)
    study = optuna.create_study(study_name="harness", direction="maximize", pruner=pruner)
    trained: list[int] = []

    def objective(trial: optuna.Trial) -> float:
        for epoch in range(1, epochs):
            trial.report(values[trial.number][epoch - 1], epoch)
            if trial.should_prune():
                trained.append(epoch)
                raise optuna.TrialPruned
        trained.append(epochs)
        return values[trial.number][epochs - 1]

    study.optimize(objective, n_trials=len(values))
    return trained


@pytest.mark.parametrize("epochs", [2, 4, 10, 20, 30])
@pytest.mark.parametrize("seed", range(3))
def test_one_trial_at_a_time_it_prunes_as_optunas_loop_does(epochs: int, seed: int) -> None:
    rng = random.Random(seed)
    qualities = [rng.random() for _ in range(24)]
    assert trained_epochs(epochs, 1, qualities) == optunas_own(epochs, [[q] * epochs for q in qualities])


def test_only_the_rungs_matter_to_optuna() -> None:
    epochs, rng = 20, random.Random(4)
    values = [[rng.random() for _ in range(epochs)] for _ in range(24)]
    judge, trained = Judge(epochs), []
    for number, course in enumerate(values):
        pruned = (r for r in rungs_of(number, epochs) if judge.prunes(Report(number, r, course[r - 1])))
        trained.append(next(pruned, epochs))
    assert trained == optunas_own(epochs, values)
    assert len(set(trained)) > 2


def test_rungs_are_powers_of_three_below_the_epochs() -> None:
    assert [rungs_below(epochs) for epochs in (1, 2, 3, 4, 9, 10, 28)] == [
        (), (1,), (1,), (1, 3), (1, 3), (1, 3, 9), (1, 3, 9, 27)
    ]  # fmt: skip


def test_a_brackets_rungs_begin_later_and_go_to_the_end() -> None:
    found = {rungs_of(number, 20) for number in range(40)}
    assert found == {(1, 3, 9), (3, 9), (9,)}


def test_a_third_goes_on() -> None:
    numbers = [n for n in range(60) if rungs_of(n, 20) == (1, 3, 9)]
    judge = Judge(20)
    for n in numbers[:-6]:
        judge.prunes(Report(n, 1, n / 100))
    kept = [not judge.prunes(Report(n, 1, 0.1 * i)) for i, n in enumerate(numbers[-6:])]
    third = (len(numbers) - 6) // 3
    best = sorted(n / 100 for n in numbers[:-6])[-third]
    assert kept == [0.1 * i >= best for i in range(6)]


def test_verdicts_depend_on_the_reports_alone() -> None:
    rng = random.Random(1)
    reports = [Report(number, 1, rng.random()) for number in range(12)]
    whole = Judge(4)
    verdicts = [whole.prunes(report) for report in reports]
    for cut in range(12):
        resumed = Judge(4, reports[:cut])
        assert [resumed.prunes(report) for report in reports[cut:]] == verdicts[cut:]


def test_what_has_no_value_is_pruned_and_competes_with_nobody() -> None:
    numbers = [n for n in range(20) if rungs_of(n, 4)[0] == 1][:3]
    judge = Judge(4)
    assert [judge.prunes(Report(n, 1, v)) for n, v in zip(numbers, (NAN, 0.1, 0.2), strict=True)] == [
        True, False, False
    ]  # fmt: skip


def test_the_best_of_all_is_never_pruned() -> None:
    for seed in range(20):
        qualities = random.Random(seed).sample(range(12), 12)
        trained = trained_epochs(20, 4, qualities)
        assert trained[qualities.index(11)] == 20


@pytest.mark.parametrize(
    ("epochs", "n_trials", "why"),
    [
        (1, 8, "training.epochs is 1, and the first rung is after 1"),
        (20, 1, "one trial has nothing to be compared with"),
        (4, 2, "tuning.trials is 2, and no two of these trials are in one bracket"),
        (4, 3, None),
        (20, 8, None),
    ],
)
def test_why_nothing_is_pruned(epochs: int, n_trials: int, why: str | None) -> None:
    assert why_nothing(epochs, n_trials) == why
    drawn = [random.Random(seed).sample(range(n_trials), n_trials) for seed in range(30)]
    pruned = any(min(trained_epochs(epochs, 4, order)) < epochs for order in drawn)
    assert pruned == (why is None)


def test_expected_epochs_are_a_mean_over_orders() -> None:
    rising, falling = [1.0, 2.0, 3.0], [3.0, 2.0, 1.0]
    assert sum(trained_epochs(4, 3, rising)) == 12
    assert sum(trained_epochs(4, 3, falling)) == 11
    assert expected_epochs(4, 3, [rising, falling]) == 11.5
