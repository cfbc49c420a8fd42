"""A training of some seconds, to see that everything works together."""

from __future__ import annotations

import time

import numpy as np

from harness.data.types import DatasetRows, RunData, TaskPart
from harness.doctor.finding import Finding, ok, problem
from harness.plugins import Registry
from harness.records import Task
from harness.train.loop import train
from harness.train.types import Choice, RunSpec

#: Clips of the test's data set, and the accuracy that its two tasks must reach (one half is chance).
CLIPS, ENOUGH = 240, 0.9


def self_test(registry: Registry) -> Finding:
    """Train two tasks together on a picture with a bright half; both must learn which half it is."""
    started = time.perf_counter()
    try:
        result = train(_data(), _spec(), registry=registry)
    except Exception as error:
        return problem(
            "self-test", f"{type(error).__name__}: {error}", "see the problems above; they come first"
        )
    seconds, worst = time.perf_counter() - started, min(result.validation.values())
    if worst < ENOUGH:
        return problem(
            "self-test",
            f"two easy tasks reached an accuracy of {worst:.2f} together, {ENOUGH} was expected",
            "reinstall torch through constraints.txt; if that does not help, report it with this output",
        )
    return ok("self-test", f"two tasks learned together in {result.steps} steps and {seconds:.1f} s")


def _data() -> RunData:
    rng = np.random.default_rng(0)
    answers = rng.integers(2, size=(2, CLIPS))
    features = rng.normal(size=(CLIPS, 1, 16, 16)).astype(np.float32)
    for clip, (low, early) in enumerate(answers.T):
        features[clip, 0, 8 * low : 8 * low + 8] += 1
        features[clip, 0, :, 8 * early : 8 * early + 8] += 1
    ids = tuple(f"clip {number}" for number in range(CLIPS))
    rows = DatasetRows(
        name="bars",
        features=features,
        first=np.arange(CLIPS),
        count=np.ones(CLIPS, dtype=np.int64),
        clip_ids=ids,
    )
    names = ("bars/half", "bars/time")
    return RunData(datasets=(rows,), tasks=tuple(_part(*pair) for pair in zip(names, answers, strict=True)))


def _part(name: str, answers: np.ndarray) -> TaskPart:
    train_part, validation, test = np.split(np.arange(CLIPS), [CLIPS // 2, CLIPS * 3 // 4])
    task = Task(name=name.split("/")[1], kind="binary", classes=("first", "second"))
    return TaskPart(
        name=name, task=task, dataset=0, targets=answers.astype(np.float32),
        train=train_part, validation=validation, test=test, own_n=len(train_part),
    )  # fmt: skip


def _spec() -> RunSpec:
    tasks = ("bars/half", "bars/time")
    return RunSpec(
        tasks=tasks,
        model=Choice(name="cnn", parameters={"depth": 2, "width": 8}),
        combiner=Choice(name="sum"),
        optimizer=Choice(name="adamw", parameters={"lr": 0.01}),
        stopping=Choice(name="never"),
        schedule=Choice(name="mixed"),
        scaler=Choice(name="standardise"),
        augmentations=(),
        losses=dict.fromkeys(tasks, Choice(name="binary_cross_entropy")),
        metrics=dict.fromkeys(tasks, ("accuracy",)),
        epochs=12,
        batch_size=20,
        seed=0,
    )
