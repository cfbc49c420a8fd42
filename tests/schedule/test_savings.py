from types import SimpleNamespace
from typing import Any

import pytest

from harness.schedule.savings import NO_PRUNER, nothing_pruned, savings, search_epochs
from harness.tune.pruning import trained_epochs

ROWS = [
    {"combiner": None, "trials": 16, "runs": 4, "trainings": 18},
    {"combiner": "sum", "trials": 16, "runs": 4, "trainings": 18},
    {"combiner": "dwa", "trials": 16, "runs": 4, "trainings": 18},
]


def config(*, pruner: str = "hyperband", epochs: int = 20, trials: int = 8, combiners: int = 2) -> Any:
    return SimpleNamespace(
        tuning=SimpleNamespace(pruner=pruner, trials=trials, batch=4),
        training=SimpleNamespace(epochs=epochs),
        evaluation=SimpleNamespace(refit=False),
        combiners=list(range(combiners)),
    )


def test_singles_are_trained_once_for_all_combiners() -> None:
    shared = savings(ROWS, config(combiners=3))[0]
    assert (shared["with"], shared["without"]) == (54, 54 + 2 * 18)
    assert shared["saved_share"] == 0.4
    assert shared["note"] == "instead of once for each of 3 combiners"
    alone = savings(ROWS, config(combiners=1))[0]
    assert (alone["with"], alone["without"], alone["saved_share"]) == (54, 54, 0.0)


def test_a_pruner_saves_epochs_of_trials_and_none_of_final_runs() -> None:
    pruner = savings(ROWS, config())[1]
    assert pruner["without"] == 54 * 20
    assert pruner["with"] == round(3 * (2 * search_epochs(config()) + 2 * 20))
    assert pruner["saved_share"] == round(1 - pruner["with"] / (54 * 20), 3)


def test_the_expectation_lies_between_what_can_be() -> None:
    ranked = trained_epochs(20, 4, [-float(n) for n in range(8)])
    assert sum(ranked) < search_epochs(config()) < 8 * 20
    assert search_epochs(config()) == search_epochs(config())


def test_without_a_pruner_nothing_is_saved() -> None:
    saved = savings(ROWS, config(pruner="none"))[1]
    assert (saved["by"], saved["with"], saved["without"], saved["note"]) == (
        "pruner none", 54 * 20, 54 * 20, NO_PRUNER
    )  # fmt: skip


@pytest.mark.parametrize(("epochs", "trials"), [(1, 8), (20, 1)])
def test_a_pruner_that_cannot_prune_works_as_none_and_says_so(epochs: int, trials: int) -> None:
    small = config(epochs=epochs, trials=trials)
    assert (nothing_pruned(small) or "").startswith("works as pruner none: ")
    assert search_epochs(small) == epochs * trials
