"""Network, loss and terms in whole trainings of the loop: alone, in groups, with mixed samples, resumed."""

from __future__ import annotations

import numpy as np
import pytest

from harness.train.checkpoint import Checkpoints
from harness.train.loop import train
from tests.plugins.harness_respiratory.records_networks import SMALL
from tests.train.doubles import Choice, alone, part, rows, run_data, spec_for
from tests.train.test_resume import TrainingStopped, stop_after, timeless

SHAPE = (2, 8, 9)
TERMS = (
    Choice(name="branch_losses", parameters={"weight": 1 / 3}),
    Choice(name="contrastive", parameters={"weight": 1.0}),
)


def data(*, tasks=2, shape=SHAPE):
    datasets = (rows("a", 24, shape=shape), rows("b", 20, shape=shape, seed=1))
    parts = [part("a/x", 0, 24), part("b/y", 1, 20)]
    return run_data(datasets[:tasks], *parts[:tasks])


def spec(seen, **changes):
    names = [task.name for task in seen.tasks]
    usual = {
        "model": Choice(name="inception_residual", parameters=SMALL | {"dropout": 0.1}),
        "optimizer": Choice(name="adam", parameters={"lr": 0.003}),
        "stopping": Choice(name="last"),
        "scaler": Choice(name="standardise"),
        "schedule": Choice(name="balanced"),
        "augmentations": (
            Choice(name="random_crop", parameters={"bins": 2, "frames": 2}),
            Choice(name="mixup"),
        ),
        "losses": {name: Choice(name="kl") for name in names},
        "metrics": {name: ("accuracy",) for name in names},
        "terms": TERMS,
        "epochs": 2,
    }
    return spec_for(seen, **(usual | changes))


def states(seen, **changes):
    """Return the tasks' chosen states after a training."""
    kept = {}
    train(seen, spec(seen, **changes), keep=kept.update)
    return kept


@pytest.mark.parametrize("terms", [(), TERMS[:1], TERMS])
def test_a_group_is_trained_with_each_objective(terms):
    result = train(data(), spec(data(), combiner=Choice(name="sum"), terms=terms))
    losses = [row["value"] for row in result.curves if row["metric"] == "loss"]
    assert losses
    assert np.isfinite(losses).all()
    assert set(result.validation) == {"a/x", "b/y"}


def test_one_spectrogram_can_have_the_terms_too():
    seen = alone(data(tasks=1, shape=(1, 8, 9)))
    assert np.isfinite(train(seen, spec(seen)).objective)


@pytest.mark.parametrize("combiner", ["sum", "pcgrad"])
def test_branch_losses_train_the_branches_own_classifiers(combiner):
    """Everything moves with them; without them, the branches' own classifiers stay as they started."""
    choice = {"combiner": Choice(name=combiner), "augmentations": ()}
    start = states(data(), epochs=1, optimizer=Choice(name="adam", parameters={"lr": 1e-30}), **choice)["a/x"]
    for terms, all_move in ((TERMS, True), ((), False)):
        end = states(data(), terms=terms, **choice)["a/x"]
        moved = {name: bool(((value - start[name]).abs() > 1e-20).any()) for name, value in end.items()}
        own = [
            name
            for name in moved
            if ("branch_dense" in name or ".branches." in name) and "running" not in name
        ]
        assert own
        assert all(moved[name] is all_move for name in own), (terms, [n for n in own if moved[n] != all_move])


def test_resumed_is_uninterrupted(tmp_path):
    seen = data()
    task = spec(seen, combiner=Choice(name="sum"))
    whole = train(seen, task)
    checkpoints = Checkpoints(tmp_path, "k", 1e9)
    with pytest.raises(TrainingStopped):
        train(seen, task, checkpoints=checkpoints, should_stop=stop_after(3))
    assert timeless(train(seen, task, checkpoints=checkpoints)) == timeless(whole)
