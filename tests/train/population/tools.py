"""Data, specifications and comparisons for tests of the population engine, with the first-party components."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest
import torch

from harness.api import Component, ScalerRecord
from harness.data.types import RunData, TaskPart
from harness.errors import TrainingStopped
from harness.plugins import Registered, Registry, load_registry
from harness.train.checkpoint import Checkpoints
from harness.train.loop import train
from harness.train.population import Member, train_population
from harness.train.types import RunResult, RunSpec
from harness_training.parameters import StandardiseParameters
from harness_training.scalers import Standardise

from ..doubles import Choice, part, rows, run_data, spec_for

SHAPE = (1, 8, 8)
DNN = Choice(name="dnn", parameters={"width": 16, "dropout": 0.0})
CNN = Choice(name="cnn", parameters={"width": 4, "depth": 2, "dropout": 0.0})


class Typed(Standardise):
    """``standardise`` in torch's default type, so that a test in float64 is in float64 throughout."""

    def finish(self) -> None:
        super().finish()
        self.mean, self.deviation = (
            value.to(torch.get_default_dtype()) for value in (self.mean, self.deviation)
        )


TYPED = ScalerRecord(name="typed", factory=Typed, parameters=StandardiseParameters)


def registry(*extra: Component) -> Registry:
    """Return the first-party components and ``extra`` ones."""
    added = {(c.kind, c.name): Registered(c, "tools", "tests", "0") for c in (TYPED, *extra)}
    return Registry(components=load_registry().components | added)


def single(*, clips: int = 60, n_classes: int = 3, seed: int = 0, windows: int = 1, shape=SHAPE) -> RunData:
    """Return one task."""
    dataset = rows("a", clips, shape=shape, seed=seed, windows=windows)
    return run_data((dataset,), part("a/x", 0, clips, n_classes=n_classes))


def pair_of_one(*, clips: int = 60, n_classes: int = 3, seed: int = 0) -> RunData:
    """Return two tasks of one data set with the same clips."""
    dataset = rows("a", clips, shape=SHAPE, seed=seed)
    first = part("a/x", 0, clips, n_classes=n_classes)
    second = part("a/other", 0, clips, n_classes=2)
    return run_data((dataset,), first, replace(second, train=first.train))


def pair_of_two(*, sizes: tuple[int, int] = (60, 40), n_classes: int = 3, seed: int = 0) -> RunData:
    """Return two tasks of two data sets."""
    datasets = rows("a", sizes[0], shape=SHAPE, seed=seed), rows("b", sizes[1], shape=SHAPE, seed=seed + 1)
    return run_data(
        datasets, part("a/x", 0, sizes[0], n_classes=n_classes), part("b/y", 1, sizes[1], n_classes=2)
    )


def regression(task: TaskPart) -> TaskPart:
    """Return the same clips with numbers to predict."""
    targets = np.random.default_rng(5).normal(size=len(task.targets)).astype(np.float32)
    return replace(task, task=replace(task.task, kind="regression", classes=None), targets=targets)


def spec(data: RunData, **changes: object) -> RunSpec:
    """Return a specification of first-party components."""
    number = {part.name: part.task.kind == "regression" for part in data.tasks}
    usual: dict[str, object] = {
        "model": DNN,
        "optimizer": Choice(name="adamw", parameters={"lr": 0.01}),
        "stopping": Choice(name="never"),
        "scaler": Choice(name="typed"),
        "losses": {
            name: Choice(name="mean_squared_error" if number[name] else "cross_entropy") for name in number
        },
        "metrics": {name: ("rmse",) if number[name] else ("accuracy", "macro_f1") for name in number},
        "epochs": 20,
        "curve_points": 20,
    }
    return spec_for(data, **(usual | changes))


def stop_after(steps: int):
    """Return what says after ``steps`` steps that a training should stop, and again for the next training."""
    asked = count(1)
    return lambda: next(asked) % (steps + 1) == 0


def parameters_of(checkpoints: Checkpoints) -> dict[str, torch.Tensor]:
    """Return the model's tensors of a checkpoint."""
    saved = checkpoints.load()
    assert saved is not None
    return saved["run"]["model"]


def after_steps(members: list[tuple[RunData, RunSpec]], directory, steps: int, *extra: Component):
    """Return the models' tensors after some steps of the loop and of a population, for each member."""
    known = registry(*extra)
    kept = {
        engine: [Checkpoints(directory / engine, str(n), 1e9) for n in range(len(members))]
        for engine in ("loop", "population")
    }
    for (data, what), checkpoints in zip(members, kept["loop"], strict=True):
        with pytest.raises(TrainingStopped):
            train(data, what, checkpoints=checkpoints, registry=known, should_stop=stop_after(steps))
    made = [Member(data, what, own) for (data, what), own in zip(members, kept["population"], strict=True)]
    for answer in train_population(made, registry=known, should_stop=stop_after(steps)):
        assert isinstance(answer, TrainingStopped), answer
    return [
        (parameters_of(one), parameters_of(other))
        for one, other in zip(kept["loop"], kept["population"], strict=True)
    ]


def largest_difference(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> float:
    """Return the largest difference of two models' tensors, relative to the largest value of each tensor."""
    assert one.keys() == other.keys()
    floats = [name for name, value in one.items() if value.is_floating_point()]
    return max(
        float((one[name] - other[name]).abs().max() / one[name].abs().max().clamp(min=1e-300))
        for name in floats
    )


def together(members: list[tuple[RunData, RunSpec]], *extra: Component) -> list[RunResult | Exception]:
    """Train a population."""
    return train_population([Member(data, what) for data, what in members], registry=registry(*extra))


def alone(data: RunData, what: RunSpec, *extra: Component, **options: object) -> RunResult:
    """Train one training by the loop."""
    return train(data, what, registry=registry(*extra), **options)  # type: ignore[arg-type]


def assert_same(found: RunResult | Exception, expected: RunResult, *, rel: float = 1e-9) -> None:
    """Assert that a population's result is the loop's: the same rows, numbers within ``rel``."""
    assert isinstance(found, RunResult), found
    assert (found.engine, found.steps) == ("population", expected.steps)
    for name, value in expected.to_json().items():
        if name not in ("engine", "wall_time_s", "busy_s"):
            assert_close(getattr(found, name), value, rel, name)


def assert_close(found, expected, rel: float, where: str) -> None:
    """Assert that nested values are the same but for rounding."""
    if isinstance(expected, dict):
        assert list(found) == list(expected), where
        for key in expected:
            assert_close(found[key], expected[key], rel, f"{where}.{key}")
    elif isinstance(expected, list | tuple):
        assert len(found) == len(expected), where
        for number, (one, other) in enumerate(zip(found, expected, strict=True)):
            assert_close(one, other, rel, f"{where}[{number}]")
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=rel, abs=1e-9, nan_ok=True), where
    else:
        assert found == expected, where
