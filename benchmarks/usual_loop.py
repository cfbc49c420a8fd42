"""The rival of the benchmark ``training``: multi-task training as it is usually, and competently, written.

A ``DataLoader`` over a ``TensorDataset`` of standardised features for each data set, the network from plain
``torch.nn`` layers (contiguous, ``nn.Dropout``, activation before pooling), ``torch.optim.AdamW`` with its defaults,
one ``loss.backward()`` a batch, validation loss and macro F1 (scikit-learn) after every epoch, the best state of each
task kept for the test. What can be done once is done once: features are standardised before the training and stay in
memory. Parts of a group go through the network as one batch, and tasks of one data set share their batches, as in the
harness.
"""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Iterator

import numpy as np
import torch
from sklearn.metrics import f1_score
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.corpus import MODELS, Plan
from harness.data.types import RunData, TaskPart

Batch = list[Tensor]


class Net(nn.Module):
    """A trunk and a linear head for each task; :meth:`forward` returns the embedding."""

    def __init__(self, plan: Plan, shape: tuple[int, int, int], outputs: list[int]) -> None:
        super().__init__()
        if plan.model == "cnn":
            self.trunk, width = cnn(shape, **MODELS["cnn"], dropout=plan.dropout)
        else:
            self.trunk, width = dnn(shape, dropout=plan.dropout)
        self.heads = nn.ModuleList(nn.Linear(width, n) for n in outputs)

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(x)


def cnn(shape: tuple[int, int, int], *, depth: int, width: int, dropout: float) -> tuple[nn.Sequential, int]:
    """Return a trunk of blocks whose widths grow by ``width``, and the width of its embedding."""
    layers: list[nn.Module] = []
    for block in range(depth):
        inputs, outputs = (width * block) or shape[0], width * (block + 1)
        layers += [
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.MaxPool2d(2, ceil_mode=True),
            nn.Dropout(dropout),
        ]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()), width * depth


def dnn(
    shape: tuple[int, int, int], *, depth: int = 2, width: int = 128, dropout: float
) -> tuple[nn.Sequential, int]:
    """Return a trunk of fully connected layers, and the width of its embedding."""
    layers: list[nn.Module] = [nn.Flatten()]
    for layer in range(depth):
        inputs = width if layer else math.prod(shape)
        layers += [
            nn.Linear(inputs, width, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Dropout(dropout),
        ]
    return nn.Sequential(*layers), width


def train(data: RunData, plan: Plan, seed: int, *, device: str = "cpu") -> list[float]:
    """Train one network on a task group; return the test macro F1 of each task."""
    torch.manual_seed(seed)
    outputs = [1 if part.task.kind == "binary" else len(part.task.classes or ()) for part in data.tasks]
    shape = data.datasets[0].features.shape[1:]
    model = Net(plan, shape, outputs).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=plan.lr)
    features = [standardised(data, index) for index in range(len(data.datasets))]
    loaders = [loader(data, features, index, "train", plan.batch_size) for index in range(len(features))]
    checks = [loader(data, features, index, "validation", 256) for index in range(len(features))]
    best: list[tuple[float, dict[str, Tensor]]] = [(-1.0, {})] * len(data.tasks)
    for _ in range(plan.epochs):
        _epoch(model, optimizer, data, loaders, device)
        scores = _scores(model, data, checks, device)
        state = copy.deepcopy(model.state_dict()) if any(s > b for s, (b, _) in zip(scores, best)) else {}
        best = [(s, state) if s > b[0] else b for s, b in zip(scores, best)]
    tests = [loader(data, features, index, "test", 256) for index in range(len(features))]
    found = []
    for task, (_, state) in enumerate(best):
        model.load_state_dict(state)
        found.append(_scores(model, data, tests, device)[task])
    return found


def _epoch(
    model: Net, optimizer: torch.optim.Optimizer, data: RunData, loaders: list[DataLoader], device: str
) -> float:
    """Train for as many steps as the largest data set has batches; smaller ones start again. Return the mean loss."""
    model.train()
    total, steps = 0.0, max(len(loader) for loader in loaders)
    for batches in itertools.islice(zip(*(endless(loader) for loader in loaders)), steps):
        x = torch.cat([batch[0] for batch in batches]).to(device, non_blocking=True)
        optimizer.zero_grad()
        embedding = model(x)
        loss = loss_of(model, embedding, data, batches, device)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / steps


def loss_of(model: Net, embedding: Tensor, data: RunData, batches: tuple[Batch, ...], device: str) -> Tensor:
    """Return the sum of the tasks' losses on a step's batches."""
    parts = embedding.split([len(batch[0]) for batch in batches])
    losses = []
    for task, part in enumerate(data.tasks):
        target = batches[part.dataset][1 + _place(data, task)].to(device, non_blocking=True)
        losses.append(_task_loss(part, model.heads[task](parts[part.dataset]), target))
    return torch.stack(losses).sum()


def _task_loss(part: TaskPart, logits: Tensor, target: Tensor) -> Tensor:
    if part.task.kind == "binary":
        return nn.functional.binary_cross_entropy_with_logits(logits[:, 0], target)
    return nn.functional.cross_entropy(logits, target)


@torch.no_grad()
def _scores(model: Net, data: RunData, loaders: list[DataLoader], device: str) -> list[float]:
    """Return each task's macro F1, after its mean loss was looked at as well."""
    model.eval()
    found = []
    embeddings = [[(model(batch[0].to(device)), batch[1:]) for batch in loader] for loader in loaders]
    for task, part in enumerate(data.tasks):
        logits = torch.cat([model.heads[task](e) for e, _ in embeddings[part.dataset]]).cpu()
        target = torch.cat([targets[_place(data, task)] for _, targets in embeddings[part.dataset]])
        if not math.isfinite(_task_loss(part, logits, target).item()):
            raise ValueError(f"the validation loss of {part.name} is not finite")
        guess = (logits[:, 0] >= 0).long() if part.task.kind == "binary" else logits.argmax(1)
        found.append(float(f1_score(target.numpy(), guess.numpy(), average="macro", zero_division=0)))
    return found


def standardised(data: RunData, dataset: int) -> Tensor:
    """Return a data set's features, standardised by its training part, a band at a time."""
    features = torch.from_numpy(np.asarray(data.datasets[dataset].features))
    clips = next(part.train for part in data.tasks if part.dataset == dataset)
    deviation, mean = torch.std_mean(features[torch.from_numpy(clips)], dim=(0, 3), keepdim=True)
    return (features - mean) / deviation


def loader(data: RunData, features: list[Tensor], dataset: int, split: str, batch_size: int) -> DataLoader:
    """Return the batches of a part of a data set: features, then the targets of each of its tasks."""
    parts = [part for part in data.tasks if part.dataset == dataset]
    clips = torch.from_numpy(getattr(parts[0], split))
    targets = [torch.from_numpy(part.targets)[clips] for part in parts]
    return DataLoader(
        TensorDataset(features[dataset][clips], *targets), batch_size=batch_size, shuffle=split == "train"
    )


def _place(data: RunData, task: int) -> int:
    """Return which of its data set's tasks a task is."""
    return sum(part.dataset == data.tasks[task].dataset for part in data.tasks[:task])


def endless(loader: DataLoader) -> Iterator[Batch]:
    """Yield batches, epoch after epoch."""
    while True:
        yield from loader
