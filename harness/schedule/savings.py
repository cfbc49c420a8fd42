"""What a study need not train: single-task runs that all combiners share, and epochs of trials that are pruned."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from harness.tune.pruning import expected_epochs, why_nothing

if TYPE_CHECKING:
    from harness.config import StudyConfig

#: Orders of the trials' qualities that the expected epochs are a mean over.
_DRAWS = 200
NO_PRUNER = "no pruner is asked for (tuning.pruner)"


def search_epochs(config: StudyConfig) -> float:
    """Return the epochs that the trials of one search are expected to be trained for, if none stops by patience.

    With a pruner it is the mean over seeded random orders of the trials' qualities, where a trial that is better at
    one rung is better at every rung.
    """
    epochs, tuning = config.training.epochs, config.tuning
    if nothing_pruned(config) is not None:
        return float(epochs * tuning.trials)
    return _expected(epochs, tuning.trials, tuning.batch)


def nothing_pruned(config: StudyConfig) -> str | None:
    """Return why no trial of the study can be pruned, or ``None``."""
    if config.tuning.pruner == "none":
        return NO_PRUNER
    why = why_nothing(config.training.epochs, config.tuning.trials)
    return f"works as pruner none: {why}" if why else None


def cell_epochs(row: dict[str, Any], config: StudyConfig) -> float:
    """Return the epochs that a cell of the plan is expected to be trained for: its searches and its final runs, which
    count twice (at most) where they are trained again.
    """
    n_searches = row["trials"] / config.tuning.trials
    final = (row["trainings"] - row["trials"]) * (2 if config.evaluation.refit else 1)
    return n_searches * search_epochs(config) + final * config.training.epochs


def savings(rows: list[dict[str, Any]], config: StudyConfig) -> list[dict[str, Any]]:
    """Return what is saved, a row a reason: ``without`` and ``with`` it, in ``unit``. ``rows`` are the plan's cells."""
    trainings = sum(row["trainings"] for row in rows)
    again = len(config.combiners) - 1
    shared = again * sum(row["trainings"] for row in rows if row["combiner"] is None)
    single = f"instead of once for each of {again + 1} combiners" if again else "there is one combiner"
    return [
        _saving(
            "single-task runs shared by all combiners", "trainings", trainings + shared, trainings, single
        ),
        _saving(
            f"pruner {config.tuning.pruner}",
            "epochs",
            trainings * config.training.epochs,
            round(sum(cell_epochs(row, config) for row in rows)),
            nothing_pruned(config) or "expected, if no training stops earlier by itself",
        ),
    ]


def _saving(by: str, unit: str, without: int, used: int, note: str) -> dict[str, Any]:
    share = round(1 - used / without, 3) if without else 0.0
    return {"by": by, "unit": unit, "without": without, "with": used, "saved_share": share, "note": note}


@lru_cache(maxsize=8)
def _expected(epochs: int, n_trials: int, batch: int) -> float:
    rng = random.Random(0)
    orders = [rng.sample(range(n_trials), n_trials) for _ in range(_DRAWS)]
    return expected_epochs(epochs, batch, orders)
