"""Which trainings may be packed together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.api import CombinerRecord
from harness.train.population import pack_key, why_not

from ..doubles import Sum
from .tools import DNN, SHAPE, Choice, pair_of_two, registry, single, spec

PAIR = spec(pair_of_two())


@pytest.mark.parametrize("schedule", ["mixed", "balanced"])
@pytest.mark.parametrize("combiner", ["sum", "weighted", "uncertainty", "dwa", "pcgrad"])
def test_what_can_be_stacked(schedule, combiner):
    what = replace(PAIR, schedule=Choice(name=schedule), combiner=Choice(name=combiner))
    assert why_not(what, registry()) is None


@pytest.mark.parametrize("schedule", ["alternate", "proportional"])
def test_schedules_with_steps_of_one_task_are_for_single_tasks(schedule):
    reason = why_not(replace(PAIR, schedule=Choice(name=schedule)), registry())
    assert reason == f"the steps of the schedule {schedule} do not have a batch of every task"
    assert why_not(replace(spec(single()), schedule=Choice(name=schedule)), registry()) is None


def test_a_combiner_without_a_stacked_form():
    known = registry(CombinerRecord(name="mine", factory=Sum))
    what = replace(PAIR, combiner=Choice(name="mine"))
    assert why_not(what, known) == "the combiner mine has no stacked form"


def test_what_members_may_differ_in():
    other = replace(
        PAIR,
        seed=99,
        epochs=3,
        tasks=("c/z", "d/w"),
        losses={"c/z": Choice(name="cross_entropy"), "d/w": Choice(name="cross_entropy")},
        model=Choice(name="dnn", parameters=DNN.parameters | {"dropout": 0.4}),
        optimizer=Choice(name="adamw", parameters={"lr": 0.5, "weight_decay": 1.0}),
        stopping=Choice(name="patience"),
        combiner=Choice(name="sum", parameters={"weights": 1}),
    )
    assert pack_key(other, SHAPE) == pack_key(PAIR, SHAPE)


@pytest.mark.parametrize(
    "changes",
    [
        {"model": Choice(name="dnn", parameters={"width": 17})},
        {"model": Choice(name="cnn")},
        {"combiner": Choice(name="pcgrad")},
        {"optimizer": Choice(name="sgd")},
        {"optimizer": Choice(name="sgd", parameters={"nesterov": True})},
        {"batch_size": 16},
        {"device": "cuda"},
        {"deterministic": True},
        {"schedule": Choice(name="balanced")},
    ],
)
def test_what_sets_trainings_apart(changes):
    assert pack_key(replace(PAIR, **changes), SHAPE) != pack_key(PAIR, SHAPE)


def test_numbers_of_tasks_and_shapes_set_trainings_apart():
    assert pack_key(spec(single()), SHAPE) != pack_key(PAIR, SHAPE)
    assert pack_key(PAIR, (1, 8, 9)) != pack_key(PAIR, SHAPE)


@pytest.mark.parametrize(
    ("asked", "why"),
    [({"keep": "final"}, "training.keep: final"), ({"reports": "epochs"}, "training.reports: epochs")],
)
def test_what_is_written_beside_the_result_is_written_by_the_loop(asked, why) -> None:
    reason = why_not(replace(spec(single()), **asked), registry())
    assert reason is not None
    assert why in reason
