"""Predictions of a network for the clips of a part: windows averaged, one row a clip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from harness.bases.loss import Loss
from harness.bases.metric import Metric
from harness.data.types import RunData, TaskPart
from harness.train.network import Network
from harness.train.store import FeatureStore, chunks, rows_of

#: Input of one pass on the CPU: what fits a core's cache (the CNN takes 0.34 ms a clip instead of 0.6).
CPU_BYTES = 2**18
#: Rows of one forward pass on the CPU at least, and on CUDA.
CPU_ROWS, CUDA_ROWS = 8, 2048


@dataclass(frozen=True)
class Predictions:
    """What a task's head says of some clips; arrays are shaped as :class:`harness.api.Metric` wants them.

    ``loss`` is the mean over clips of the mean over a clip's windows.
    """

    clips: np.ndarray
    targets: np.ndarray
    decisions: np.ndarray
    probabilities: np.ndarray
    loss: float

    def measure(self, metric: Metric, n_classes: int | None) -> float:
        """Return a metric of the whole task."""
        return float(metric(self.targets, self.decisions, self.probabilities, n_classes))


@torch.no_grad()
def predict(
    network: Network,
    store: FeatureStore,
    data: RunData,
    tasks: tuple[int, ...],
    clips: np.ndarray,
    criteria: tuple[Loss, ...],
) -> list[Predictions]:
    """Return the predictions of ``tasks`` (by index, all of one data set) for ``clips`` of it, from one
    forward pass.

    The network is in evaluation mode meanwhile; its statistics do not change.
    """
    dataset = data.tasks[tasks[0]].dataset
    rows, count = rows_of(data.datasets[dataset], clips)
    names = [data.tasks[task].name for task in tasks]
    logits = _logits(network, store, dataset, rows, names)
    return [
        predictions_of(data.tasks[task], criteria[task], logits[name], clips, count)
        for task, name in zip(tasks, names, strict=True)
    ]


def _logits(
    network: Network, store: FeatureStore, dataset: int, rows: np.ndarray, tasks: list[str]
) -> dict[str, Tensor]:
    size = rows_a_pass(store, dataset)
    training = network.model.training
    network.model.eval()
    parts: list[dict[str, Tensor]] = []
    for chunk in chunks(rows, size):
        parts.append(network(store.scaled(dataset, chunk), ((dataset, 0, len(chunk)),)))
    network.model.train(training)
    return {task: torch.cat([part[task] for part in parts]) for task in tasks}


def rows_a_pass(store: FeatureStore, dataset: int) -> int:
    """Return how many rows of a data set go through the network at once; it depends on their shape alone."""
    if store.device.type != "cpu":
        return CUDA_ROWS
    return max(CPU_ROWS, CPU_BYTES // store.row_bytes(dataset))


def predictions_of(
    part: TaskPart, criterion: Loss, logits: Tensor, clips: np.ndarray, count: np.ndarray
) -> Predictions:
    """Return the predictions of a task from the ``logits [rows, outputs]`` of all windows of ``clips``, of which each
    has ``count``.
    """
    targets = part.targets[clips]
    by_row = torch.from_numpy(np.repeat(targets, count, axis=0)).to(logits.device)
    losses = average_windows(criterion(logits, by_row), count)
    probabilities = average_windows(criterion.probabilities(logits), count)
    decisions = criterion.decide(torch.from_numpy(probabilities).to(logits.device)).cpu().numpy()
    return Predictions(clips, targets, decisions, probabilities, float(losses.mean(dtype=np.float64)))


def average_windows(values: Tensor, count: np.ndarray) -> np.ndarray:
    """Return the mean of ``values [rows, …]`` over the windows of each clip, ``[clips, …]``, on the host."""
    array = values.cpu().numpy()
    if count.max() == 1:
        return array
    sums = np.add.reduceat(array, np.cumsum(count) - count, axis=0)
    return (sums / count.reshape(-1, *[1] * (array.ndim - 1))).astype(array.dtype)
