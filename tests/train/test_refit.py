"""The second training of a final run: on what, for how long, and what of which training is reported."""

from dataclasses import replace

import numpy as np
import pytest

from harness.errors import TrainingStopped
from harness.train.checkpoint import Checkpoints
from harness.train.loop import train
from harness.train.refit import train_again, with_validation

from .doubles import Choice, pair, registry, spec_for


@pytest.fixture(scope="module")
def data():
    return pair()


@pytest.fixture(scope="module")
def spec(data):
    return spec_for(data, epochs=5)


@pytest.fixture(scope="module")
def first(data, spec):
    return train(data, spec, registry=registry())


@pytest.fixture(scope="module")
def again(data, spec):
    return train_again(data, replace(spec, refit=True), registry=registry())


def comparable(result):
    return replace(result, wall_time_s=0.0, busy_s=0.0)


def test_the_validation_part_joins_the_training_part_and_the_test_part_stays(data):
    for before, after in zip(data.tasks, with_validation(data).tasks, strict=True):
        assert set(after.train) == set(before.train) | set(before.validation)
        assert after.own_n == before.own_n + len(before.validation)
        assert np.array_equal(after.test, before.test)
        assert not set(after.train) & set(after.test)


def test_the_epochs_that_the_first_training_chose_are_those_of_the_second(first, again):
    chosen = {row["task"]: row["best_epoch"] for row in first.selections}
    assert {row["task"]: row["best_epoch"] for row in again.selections} == chosen


def test_the_second_training_is_one_on_the_grown_part_stopped_at_that_epoch(data, spec, first, again):
    """A plain training of so many epochs whose every epoch is better than the last gives the same network."""
    chosen = {row["task"]: row["best_epoch"] for row in first.selections}
    plain = train(
        with_validation(data), replace(spec, fixed_epochs=chosen, curve_points=7), registry=registry()
    )
    tested = [row for row in plain.scores if row["split"] == "test"]
    assert tested == [row for row in again.scores if row["split"] == "test"]
    assert again.predictions == plain.predictions
    assert again.steps == first.steps + plain.steps


def test_what_validation_says_is_of_the_first_training(first, again):
    def of_validation(result):
        return [row for row in result.scores if row["split"] == "validation"]

    assert of_validation(again) == of_validation(first)
    assert (again.curves, again.objective, again.objectives) == (
        first.curves,
        first.objective,
        first.objectives,
    )
    sizes = {row["task"]: row["n_train"] + row["n_validation"] for row in first.selections}
    assert {row["task"]: row["n_train"] for row in again.selections} == sizes


def test_the_chosen_epoch_of_a_single_task_is_reached_and_not_passed(data, spec):
    stopping = Choice(name="wait", parameters={"epochs": 2})
    first = train(data, replace(spec, stopping=stopping), registry=registry())
    again = train_again(data, replace(spec, stopping=stopping, refit=True), registry=registry())
    for row in again.selections:
        part = next(task for task in with_validation(data).tasks if task.name == row["task"])
        an_epoch = -(-part.own_n // spec.batch_size)
        assert row["stop_step"] >= row["best_epoch"] * an_epoch
    assert max(row["best_epoch"] for row in first.selections) <= 2


def test_a_training_stopped_in_the_second_part_goes_on_to_the_same_result(tmp_path, data, spec, first, again):
    asked = iter(range(10**6))
    wanted = replace(spec, refit=True)

    def stop() -> bool:
        return next(asked) > first.steps + 3

    with pytest.raises(TrainingStopped):
        train_again(
            data, wanted, checkpoints=Checkpoints(tmp_path, "key", 0.0), registry=registry(), should_stop=stop
        )
    assert (tmp_path / "key" / "refit").is_dir()
    resumed = train_again(data, wanted, checkpoints=Checkpoints(tmp_path, "key", 0.0), registry=registry())
    assert comparable(resumed) == comparable(again)
