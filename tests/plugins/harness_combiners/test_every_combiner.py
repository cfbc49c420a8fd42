"""Every combiner trains a pair of tasks from two data sets and a pair from one, and an interruption changes nothing."""

import numpy as np
import pytest

from harness.train.checkpoint import Checkpoints
from harness.train.loop import train
from tests.plugins.harness_combiners.records import RECORDS, skip_without_solver
from tests.train.doubles import Choice, part, rows, run_data, spec_for
from tests.train.test_resume import TrainingStopped, stop_after, timeless

SHAPE = (1, 4, 3)


def two_data_sets():
    datasets = rows("a", 30, shape=SHAPE), rows("b", 25, shape=SHAPE, seed=1)
    return run_data(datasets, part("a/x", 0, 30), part("b/y", 1, 25, kind="regression"))


def one_data_set():
    return run_data((rows("a", 30, shape=SHAPE),), part("a/x", 0, 30), part("a/z", 0, 30, n_classes=2))


def spec(data, name, schedule="mixed"):
    regression = {task.name: task.task.kind == "regression" for task in data.tasks}
    return spec_for(
        data,
        combiner=Choice(name=name),
        schedule=Choice(name=schedule),
        model=Choice(name="dnn", parameters={"width": 8}),
        optimizer=Choice(name="adamw", parameters={"lr": 0.01}),
        stopping=Choice(name="patience", parameters={"patience": 2}),
        scaler=Choice(name="standardise"),
        losses={
            n: Choice(name="mean_squared_error" if r else "cross_entropy") for n, r in regression.items()
        },
        metrics={n: ("rmse",) if r else ("accuracy",) for n, r in regression.items()},
        epochs=2,
        curve_points=4,
    )


@pytest.mark.parametrize("data", [two_data_sets, one_data_set])
@pytest.mark.parametrize("name", list(RECORDS))
def test_a_pair_is_trained_and_interrupted_is_uninterrupted(tmp_path, name, data):
    skip_without_solver(name)
    pair = data()
    what = spec(pair, name)
    whole = trained_whole_and_interrupted(pair, what, tmp_path)
    assert whole.steps == 2 * max(-(-task.own_n // 8) for task in pair.tasks)
    assert {row["task"] for row in whole.scores} == set(what.tasks)
    assert np.isfinite([row["value"] for row in whole.curves if row["metric"] == "loss"]).all()


@pytest.mark.parametrize("name", ["famo", "gradnorm", "db_mtl", "excess_mtl", "sdmgrad", "modo"])
def test_state_survives_steps_of_one_task_alone(tmp_path, name):
    pair = two_data_sets()
    whole = trained_whole_and_interrupted(pair, spec(pair, name, "alternate"), tmp_path)
    assert whole.steps > 6


def trained_whole_and_interrupted(pair, what, directory):
    """Return the result of the whole training, which that of an interrupted one must equal to the bit."""
    whole = train(pair, what)
    with pytest.raises(TrainingStopped):
        train(pair, what, checkpoints=Checkpoints(directory, "k", 1e9), should_stop=stop_after(3))
    assert timeless(train(pair, what, checkpoints=Checkpoints(directory, "k", 1e9))) == timeless(whole)
    return whole


def test_there_are_as_many_combiners_as_promised():
    """26 methods beside the plain sum and fixed weights."""
    assert len(set(RECORDS) - {"sum", "weighted"}) >= 26
