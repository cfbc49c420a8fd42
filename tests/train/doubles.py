"""Small data, plain components and specifications for tests of the engine; nothing comes from a plugin."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count

import numpy as np
import torch
from torch import Tensor, nn

from harness.api import (
    AugmentationRecord,
    CombinerRecord,
    Component,
    DataSetNorm,
    Draw,
    HardSharing,
    Loss,
    LossRecord,
    Metric,
    MetricRecord,
    ModelRecord,
    OptimizerRecord,
    Parameters,
    Scalarizer,
    Scaler,
    ScalerRecord,
    Schedule,
    ScheduleRecord,
    StepContext,
    StoppingRecord,
    StoppingRule,
    Task,
)
from harness.bases.combiner import Aggregator
from harness.data.types import DatasetRows, RunData, TaskPart
from harness.plugins import Registered, Registry
from harness.train.types import Choice, RunSpec


class Linear(HardSharing):
    """A trunk that only flattens: each task is a linear model."""

    def __init__(
        self, parameters: Parameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        super().__init__(nn.Flatten(), math.prod(input_shape), heads)


class Small(HardSharing):
    """Hidden layer, normalisation a data set, dropout: everything that has state or randomness."""

    def __init__(
        self, parameters: Parameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        hidden = nn.Linear(math.prod(input_shape), 6)
        super().__init__(
            nn.Sequential(nn.Flatten(), hidden, DataSetNorm(6), nn.ReLU(), nn.Dropout(0.3)), 6, heads
        )


class Smooth(HardSharing):
    """A hidden layer alone: the loss depends on nothing but the sample."""

    def __init__(
        self, parameters: Parameters, input_shape: tuple[int, int, int], heads: Mapping[str, int]
    ) -> None:
        super().__init__(
            nn.Sequential(nn.Flatten(), nn.Linear(math.prod(input_shape), 3), nn.Tanh()), 3, heads
        )


class SquaredError(Loss):
    """Half the squared error."""

    outputs = 1  # type: ignore[assignment]

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        return (logits[:, 0] - targets).square() / 2

    def probabilities(self, logits: Tensor) -> Tensor:
        return logits

    def decide(self, probabilities: Tensor) -> Tensor:
        return probabilities[:, 0]


class CrossEntropy(Loss):
    """Softmax cross-entropy."""

    @property
    def outputs(self) -> int:
        return len(self.task.classes or ())

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        return nn.functional.cross_entropy(logits, targets, reduction="none")

    def probabilities(self, logits: Tensor) -> Tensor:
        return logits.softmax(-1)

    def decide(self, probabilities: Tensor) -> Tensor:
        return probabilities.argmax(-1)


class Accuracy(Metric):
    def __call__(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> float:
        return float((targets == predictions).mean())

    def per_class(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> np.ndarray:
        hits = [predictions[targets == c] == c for c in range(n_classes or 0)]
        return np.array([hit.mean() if len(hit) else math.nan for hit in hits])


class MeanError(Metric):
    """Mean squared error: less is better."""

    def __call__(
        self, targets: np.ndarray, predictions: np.ndarray, probabilities: np.ndarray, n_classes: int | None
    ) -> float:
        return float(((targets - predictions) ** 2).mean())


class OptimizerParameters(Parameters):
    lr: float = 0.1


def sgd(parameters: OptimizerParameters, tensors: list[nn.Parameter]) -> torch.optim.Optimizer:
    return torch.optim.SGD(tensors, lr=parameters.lr)


class Sum(Scalarizer):
    def __init__(self, parameters: Parameters, tasks: tuple[str, ...]) -> None:
        super().__init__()

    def scalarize(self, losses: Tensor, context: StepContext) -> Tensor:
        return losses.sum()


class GradientSum(Aggregator):
    def __init__(self, parameters: Parameters, tasks: tuple[str, ...]) -> None:
        super().__init__()

    def aggregate(self, gradients: Tensor, context: StepContext) -> Tensor:
        return gradients.sum(0)


class Mixed(Schedule):
    """Every draw at every step, in ascending order."""

    def __init__(self, parameters: Parameters, draws: tuple[Draw, ...], batch_size: int, seed: int) -> None:
        super().__init__(parameters, draws, batch_size, seed)

    def steps(self, start: int = 0) -> Iterator[Mapping[int, np.ndarray]]:
        for step in count(start):
            yield {index: self.taken(index, step) for index in range(len(self.draws))}

    def taken(self, index: int, turn: int) -> np.ndarray:
        return (np.arange(self.batch_size) + turn * self.batch_size) % self.draws[index].n


class Alternate(Mixed):
    def steps(self, start: int = 0) -> Iterator[Mapping[int, np.ndarray]]:
        for step in count(start):
            turn, index = divmod(step, len(self.draws))
            yield {index: self.taken(index, turn)}


class WaitParameters(Parameters):
    epochs: int = 10**9


class Wait(StoppingRule):
    """Stop after some epochs, whatever the score."""

    def __init__(self, parameters: WaitParameters) -> None:
        super().__init__(parameters)
        self.scores: list[float] = []

    def update(self, score: float) -> bool:
        self.scores.append(score)
        return len(self.scores) >= self.parameters.epochs  # type: ignore[attr-defined]

    def state_dict(self) -> dict[str, list[float]]:
        return {"scores": self.scores}

    def load_state_dict(self, state: dict[str, list[float]]) -> None:
        self.scores = list(state["scores"])


class MeanOnly(Scaler):
    """Subtract the mean of what was seen, and count it."""

    def __init__(self, parameters: Parameters | None = None) -> None:
        super().__init__(parameters)
        self.seen: list[Tensor] = []

    def partial_fit(self, features: Tensor) -> None:
        self.seen.append(features.clone())

    def finish(self) -> None:
        self.mean = torch.cat(self.seen).mean()

    def forward(self, features: Tensor) -> Tensor:
        return features - self.mean


class Unscaled(Scaler):
    def partial_fit(self, features: Tensor) -> None:
        pass

    def forward(self, features: Tensor) -> Tensor:
        return features


def noise(parameters: Parameters) -> object:
    return lambda x, generator: x + torch.randn(x.shape, generator=generator)


COMPONENTS: tuple[Component, ...] = (
    ModelRecord(name="linear", factory=Linear),
    ModelRecord(name="small", factory=Small),
    ModelRecord(name="smooth", factory=Smooth),
    LossRecord(name="squared", factory=SquaredError, task_kinds=("regression",)),
    LossRecord(name="ce", factory=CrossEntropy, task_kinds=("multiclass",)),
    MetricRecord(name="accuracy", factory=Accuracy, task_kinds=("multiclass",), direction="max"),
    MetricRecord(name="mse", factory=MeanError, task_kinds=("regression",), direction="min"),
    OptimizerRecord(name="sgd", factory=sgd, parameters=OptimizerParameters),
    CombinerRecord(name="sum", factory=Sum),
    CombinerRecord(name="gradient_sum", factory=GradientSum),
    ScheduleRecord(name="mixed", factory=Mixed),
    ScheduleRecord(name="alternate", factory=Alternate),
    StoppingRecord(name="wait", factory=Wait, parameters=WaitParameters),
    ScalerRecord(name="mean", factory=MeanOnly),
    ScalerRecord(name="none", factory=Unscaled),
    AugmentationRecord(name="noise", factory=noise),
)


def registry(*extra: Component) -> Registry:
    """Return a registry of the doubles (and of ``extra`` ones, which take the place of their namesakes)."""
    components = {(c.kind, c.name): Registered(c, "doubles", "tests", "0") for c in (*COMPONENTS, *extra)}
    return Registry(components=components)


def rows(name: str, clips: int, *, shape: tuple[int, int, int] = (1, 2, 2), seed: int = 0, windows: int = 1):
    """Return a data set of normal numbers; with ``windows`` > 1 clip ``i`` has ``1 + i % windows`` rows."""
    counts = 1 + np.arange(clips) % windows
    features = np.random.default_rng(seed).normal(size=(counts.sum(), *shape)).astype(np.float32)
    first = np.cumsum(counts) - counts
    ids = tuple(f"{name}{clip}" for clip in range(clips))
    return DatasetRows(name=name, features=features, first=first, count=counts, clip_ids=ids)


def part(
    name: str,
    dataset: int,
    clips: int,
    *,
    kind: str = "multiclass",
    n_classes: int = 3,
    train: int | None = None,
) -> TaskPart:
    """Return a task: first ``train`` clips (default: three fifths), then validation and test, half each."""
    rng = np.random.default_rng(len(name) + sum(map(ord, name)))
    train = clips - 2 * (clips // 5) if train is None else train
    rest = np.arange(train, clips)
    if kind == "regression":
        targets, classes = rng.normal(size=clips).astype(np.float32), None
    else:
        targets = rng.permutation(np.arange(clips) % n_classes)
        classes = tuple(f"c{number}" for number in range(n_classes))
    return TaskPart(
        name=name,
        task=Task(name=name.split("/")[-1], kind=kind, classes=classes),  # type: ignore[arg-type]
        dataset=dataset,
        targets=targets,
        train=np.arange(train),
        validation=rest[: len(rest) // 2],
        test=rest[len(rest) // 2 :],
        own_n=train,
    )


def run_data(datasets: tuple[DatasetRows, ...], *tasks: TaskPart) -> RunData:
    return RunData(datasets=datasets, tasks=tasks)


def alone(data: RunData, task: int = 0) -> RunData:
    """Return one task of ``data`` by itself."""
    kept = data.tasks[task]
    return RunData(datasets=(data.datasets[kept.dataset],), tasks=(replace(kept, dataset=0),))


def pair(sizes: tuple[int, int] = (40, 40), *, windows: int = 1) -> RunData:
    """Return two tasks of two data sets."""
    datasets = rows("a", sizes[0], windows=windows), rows("b", sizes[1], seed=1, windows=windows)
    return run_data(datasets, part("a/x", 0, sizes[0]), part("b/y", 1, sizes[1], n_classes=2))


def spec_for(data: RunData, **changes: object) -> RunSpec:
    """Return a specification of the doubles that fits ``data``."""
    names = tuple(part.name for part in data.tasks)
    regression = {part.name: part.task.kind == "regression" for part in data.tasks}
    values: dict[str, object] = {
        "tasks": names,
        "model": Choice(name="small"),
        "combiner": Choice(name="sum") if len(names) > 1 else None,
        "optimizer": Choice(name="sgd"),
        "stopping": Choice(name="wait"),
        "schedule": Choice(name="mixed"),
        "scaler": Choice(name="none"),
        "augmentations": (),
        "losses": {name: Choice(name="squared" if regression[name] else "ce") for name in names},
        "metrics": {name: ("mse",) if regression[name] else ("accuracy",) for name in names},
        "epochs": 3,
        "batch_size": 8,
        "seed": 7,
    }
    return RunSpec(**(values | changes))  # type: ignore[arg-type]
