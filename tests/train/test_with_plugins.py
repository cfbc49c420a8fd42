"""The loop with the first-party components: every schedule, every kind of combiner, every kind of task."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from harness.plugins import load_registry
from harness.train.checkpoint import Checkpoints
from harness.train.loop import train

from .doubles import Choice, alone, part, rows, run_data, spec_for
from .test_resume import TrainingStopped, stop_after, timeless

LOSSES = {
    "binary": "binary_cross_entropy",
    "multiclass": "cross_entropy",
    "multilabel": "multilabel_cross_entropy",
    "regression": "mean_squared_error",
}
METRICS = {
    "binary": ("macro_f1", "auroc"),
    "multiclass": ("macro_f1", "accuracy", "balanced_accuracy", "auroc"),
    "multilabel": ("mean_average_precision", "auroc"),
    "regression": ("spearman", "rmse"),
}
SHAPE = (1, 8, 8)


def of_kind(name, dataset, clips, kind):
    task = part(name, dataset, clips, n_classes=2 if kind == "binary" else 3, kind="multiclass")
    if kind == "regression":
        return part(name, dataset, clips, kind="regression")
    if kind == "binary":
        return replace(task, task=replace(task.task, kind=kind), targets=task.targets.astype(np.float32))
    if kind == "multilabel":
        targets = np.eye(3, dtype=np.float32)[task.targets]
        targets[::2] = 1 - targets[::2]
        return replace(task, task=replace(task.task, kind=kind), targets=targets)
    return task


def data_of(*kinds, windows=2):
    """Tasks of two data sets; the first data set has two tasks with the same clips."""
    datasets = (
        rows("a", 50, shape=SHAPE, windows=windows),
        rows("b", 40, shape=SHAPE, seed=1, windows=windows),
    )
    tasks = [
        of_kind(f"{'aab'[i]}/{kind}{i}", (0, 0, 1)[i], (50, 50, 40)[i], kind) for i, kind in enumerate(kinds)
    ]
    return run_data(datasets[: 1 + (len(kinds) > 2)], *tasks)


def spec(data, **changes):
    usual = {
        "model": Choice(name="dnn", parameters={"width": 16}),
        "optimizer": Choice(name="adamw", parameters={"lr": 0.01}),
        "stopping": Choice(name="patience", parameters={"patience": 2}),
        "scaler": Choice(name="standardise"),
        "augmentations": (Choice(name="spec_mask"),),
        "losses": {task.name: Choice(name=LOSSES[task.task.kind]) for task in data.tasks},
        "metrics": {task.name: METRICS[task.task.kind] for task in data.tasks},
        "curve_points": 7,
    }
    return spec_for(data, **(usual | changes))


def weights(name, data):
    return (
        {"weights": {task.name: 1.0 + i for i, task in enumerate(data.tasks)}} if name == "weighted" else {}
    )


@pytest.mark.parametrize(
    ("combiner", "schedule"),
    [
        ("sum", "proportional"),
        ("weighted", "balanced"),
        ("uncertainty", "mixed"),
        ("uncertainty", "alternate"),
        ("dwa", "mixed"),
        ("dwa", "alternate"),
        ("pcgrad", "mixed"),
        ("pcgrad", "proportional"),
    ],
)
def test_interrupted_is_uninterrupted(tmp_path, schedule, combiner):
    data = data_of("multiclass", "regression", "multilabel")
    choice = Choice(name=combiner, parameters=weights(combiner, data))
    what = spec(data, schedule=Choice(name=schedule), combiner=choice)
    whole = train(data, what)
    for steps in (1, 6):
        with pytest.raises(TrainingStopped):
            train(data, what, checkpoints=Checkpoints(tmp_path, "k", 1e9), should_stop=stop_after(steps))
    result = train(data, what, checkpoints=Checkpoints(tmp_path, "k", 1e9))
    assert timeless(result) == timeless(whole)
    assert np.isfinite([row["value"] for row in result.curves if row["metric"] == "loss"]).all()


@pytest.mark.parametrize("kind", list(LOSSES))
def test_every_kind_of_task_alone(kind):
    data = alone(data_of(kind))
    result = train(data, spec(data))
    name = data.tasks[0].name
    found = {row["metric"] for row in result.scores if row["split"] == "test" and row["label"] is None}
    assert found == set(METRICS[kind])
    assert result.validation[name] == pytest.approx(result.objective)
    assert [row["clip"] for row in result.predictions] == [f"a{clip}" for clip in data.tasks[0].test]


@pytest.mark.parametrize("model", ["dnn", "cnn"])
def test_a_network_learns_what_can_be_learned(model):
    dataset, labels = rows("a", 200, shape=SHAPE), np.arange(200) % 2
    dataset.features[labels == 1, :, :4] += 1.0
    task = replace(part("a/x", 0, 200, n_classes=2), targets=labels)
    data = run_data((dataset,), task)
    parameters = {"width": 8, "depth": 2} if model == "cnn" else {"width": 16}
    result = train(data, spec(data, model=Choice(name=model, parameters=parameters), epochs=8, batch_size=16))
    test = {
        row["metric"]: row["value"] for row in result.scores if row["split"] == "test" and not row["label"]
    }
    assert test["accuracy"] > 0.9


@pytest.mark.parametrize("schedule", load_registry().names("schedule"))
def test_every_schedule_of_the_registry_trains_a_group(schedule):
    data = data_of("multiclass", "binary", "multiclass")
    assert train(data, spec(data, schedule=Choice(name=schedule), epochs=1)).steps >= 4
