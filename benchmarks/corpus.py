"""Small corpora of made-up features, and the trainings that a pair study does with them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from harness.api import Task
from harness.data.types import DatasetRows, RunData, TaskPart
from harness.seeds import derive_seed
from harness.train.types import Choice, RunSpec

#: ``(channels, bins, frames)`` of one second of log mels: 40 bands, a frame every 16 ms.
SHAPE = (1, 40, 63)
#: Data sets by name: clips, and tasks with their numbers of classes. The sizes are those of small published corpora.
CORPORA = {
    "instruments": (660, {"family": 6, "pitch_class": 12}),
    "sounds": (400, {"sound": 10}),
    "coughs": (540, {"covid19": 2}),
}
MODELS = {"cnn": {"depth": 5, "width": 16}, "dnn": {}}
#: Shares of the clips that test (one of three folds) and validation take.
TEST, VALIDATION = 1 / 3, 0.15


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What decides the work of a training beside its tasks."""

    model: str
    epochs: int = 12
    batch_size: int = 16
    curve_points: int = 12
    lr: float = 2e-3
    dropout: float = 0.15


def trainings(seeds: int) -> list[tuple[tuple[str, ...], int]]:
    """Return the trainings of a pair study, ``(tasks, seed)``: every single and every pair, the longest first."""
    tasks = [f"{name}/{task}" for name, (_, found) in CORPORA.items() for task in found]
    groups = [*combinations(tasks, 2), *((task,) for task in tasks)]
    return sorted(((group, seed) for group in groups for seed in range(seeds)), key=_rows, reverse=True)


@lru_cache(maxsize=16)
def run_data(tasks: tuple[str, ...]) -> RunData:
    """Return the data of a task group; equal names give equal data in every process."""
    names = tuple(dict.fromkeys(task.split("/")[0] for task in tasks))
    parts = tuple(_part(task, names.index(task.split("/")[0])) for task in tasks)
    return RunData(datasets=tuple(_rows_of(name) for name in names), tasks=parts)


def spec(tasks: tuple[str, ...], seed: int, plan: Plan, *, device: str = "cpu") -> RunSpec:
    """Return the specification of a training, as the harness makes it from a study file."""
    kinds = {part.name: part.task.kind for part in run_data(tasks).tasks}
    losses = {"binary": "binary_cross_entropy", "multiclass": "cross_entropy"}
    return RunSpec(
        tasks=tasks,
        model=Choice(name=plan.model, parameters=MODELS[plan.model] | {"dropout": plan.dropout}),
        combiner=Choice(name="sum") if len(tasks) > 1 else None,
        optimizer=Choice(name="adamw", parameters={"lr": plan.lr}),
        stopping=Choice(name="never"),
        schedule=Choice(name="mixed"),
        scaler=Choice(name="standardise"),
        augmentations=(),
        losses={task: Choice(name=losses[kind]) for task, kind in kinds.items()},
        metrics=dict.fromkeys(tasks, ("macro_f1",)),
        epochs=plan.epochs,
        batch_size=plan.batch_size,
        seed=derive_seed(0, "benchmark", seed),
        device=device,
        curve_points=plan.curve_points,
    )


def _rows(training: tuple[tuple[str, ...], int]) -> int:
    """Return the clips of a training's data sets: roughly how long it takes."""
    return sum(CORPORA[name][0] for name in {task.split("/")[0] for task in training[0]})


def _labels(task: str) -> np.ndarray:
    name, own = task.split("/")
    n, found = CORPORA[name]
    return np.random.default_rng(derive_seed(0, "labels", task)).integers(found[own], size=n)


@lru_cache(maxsize=8)
def _rows_of(name: str) -> DatasetRows:
    """Noise, with a faint pattern for each class of each task, so that there is something to learn."""
    n, tasks = CORPORA[name]
    rng = np.random.default_rng(derive_seed(0, "features", name))
    features = rng.standard_normal((n, *SHAPE), dtype=np.float32)
    for task, classes in tasks.items():
        patterns = rng.standard_normal((classes, SHAPE[0], SHAPE[1], 1), dtype=np.float32)
        features += 0.12 * patterns[_labels(f"{name}/{task}")]
    ids = tuple(f"{name}-{clip:04}" for clip in range(n))
    first, count = np.arange(n), np.ones(n, dtype=np.int64)
    return DatasetRows(name=name, features=features, first=first, count=count, clip_ids=ids)


def _part(name: str, dataset: int) -> TaskPart:
    data_set, own = name.split("/")
    n, found = CORPORA[data_set]
    labels, kind = _labels(name), "binary" if found[own] == 2 else "multiclass"
    order = np.random.default_rng(derive_seed(0, "split", data_set)).permutation(n)
    test, validation, train = np.split(order, [round(TEST * n), round((TEST + (1 - TEST) * VALIDATION) * n)])
    return TaskPart(
        name=name,
        task=Task(name=own, kind=kind, classes=tuple(f"c{i}" for i in range(found[own]))),  # type: ignore[arg-type]
        dataset=dataset,
        targets=labels.astype(np.float32) if kind == "binary" else labels,
        train=np.sort(train),
        validation=np.sort(validation),
        test=np.sort(test),
        own_n=len(train),
    )
