"""A final run that is trained again with its validation part, once that part has chosen each task's epoch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from harness.data.types import RunData, TaskPart
from harness.plugins import Registry
from harness.train.checkpoint import Checkpoints
from harness.train.keeping import Keeper
from harness.train.loop import Keep, train
from harness.train.types import RunResult, RunSpec

#: The second training's checkpoint lies beside the first one's.
FOLDER = "refit"


def train_again(
    data: RunData,
    spec: RunSpec,
    *,
    checkpoints: Checkpoints | None = None,
    registry: Registry | None = None,
    should_stop: Callable[[], bool] | None = None,
    keep: Keep | None = None,
    keeper: Keeper | None = None,
) -> RunResult:
    """Train, choose each task's epoch by its validation part, then train anew on the training and the validation part
    for as many epochs, and test that network.

    Both trainings begin from the same weights. An epoch of the second has the steps of its larger part. A group is
    trained until the latest of its tasks' epochs; each task is tested with the state of its own. Curves, validation
    scores and the objective are those of the first training; selections, test scores, training scores and
    predictions those of the second, and so are the networks that are kept. Nothing of the test part is looked at
    before (Hastie, Tibshirani and Friedman 2009, "The elements of statistical learning", section 7.10: the
    chosen model is fitted to all the data).

    Raises what :func:`harness.train.loop.train` raises.
    """
    plain = replace(spec, refit=False)
    shared: dict[str, Any] = {"registry": registry, "should_stop": should_stop}
    first = train(data, plain, checkpoints=checkpoints, **shared)
    epochs = {row["task"]: int(row["best_epoch"]) for row in first.selections}
    beside = checkpoints.beside(FOLDER) if checkpoints is not None else None
    again = replace(plain, fixed_epochs=epochs, curve_points=1)
    second = train(with_validation(data), again, checkpoints=beside, keep=keep, keeper=keeper, **shared)
    return _joined(first, second)


def with_validation(data: RunData) -> RunData:
    """Return the data with every task's validation clips in its training part, too."""
    return replace(data, tasks=tuple(_grown(part) for part in data.tasks))


def _grown(part: TaskPart) -> TaskPart:
    return replace(
        part, train=np.union1d(part.train, part.validation), own_n=part.own_n + len(part.validation)
    )


def _joined(first: RunResult, second: RunResult) -> RunResult:
    chosen_by = [row for row in first.scores if row["split"] == "validation"]
    return replace(
        first,
        selections=second.selections,
        scores=[row for row in second.scores if row["split"] != "validation"] + chosen_by,
        predictions=second.predictions,
        steps=first.steps + second.steps,
        wall_time_s=first.wall_time_s + second.wall_time_s,
        busy_s=first.busy_s + second.busy_s,
    )
