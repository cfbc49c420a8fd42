"""A trained single network: its state, kept or trained again, and what it makes of clips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from harness.bases.model import HardSharing
from harness.data.types import RunData
from harness.plugins import Registry
from harness.probes.states import States
from harness.train.checkpoint import Checkpoints
from harness.train.evaluate import average_windows, rows_a_pass
from harness.train.loop import train
from harness.train.refit import train_again, with_validation
from harness.train.setup import Run, build_run, feature_store
from harness.train.store import FeatureStore, chunks, rows_of
from harness.train.types import RunSpec


@dataclass(frozen=True)
class Seen:
    """What a network makes of clips: ``embedding [clips, width]`` and its task's ``probabilities [clips, classes]``
    (of a regression task the predicted value, ``[clips, 1]``); means over the windows of a clip.
    """

    embedding: np.ndarray
    probabilities: np.ndarray


class SingleNetwork:
    """The network of one task in one fold, as it was tested: scaled, normalised and in evaluation mode.

    Raises:
        TrainingError: the model has no ``embed``.
    """

    def __init__(self, data: RunData, spec: RunSpec, registry: Registry, device: torch.device) -> None:
        self.registry, self.spec, self.device = registry, spec, device
        self.run: Run = build_run(_trained_on(data, spec), spec, registry, device)
        self.task = self.run.data.tasks[0].name
        self.dataset = self.run.data.datasets[0].name

    @property
    def embeds(self) -> bool:
        """Whether the model has an ``embed``."""
        return self.run.network.embeds

    def take(self, state: Mapping[str, Tensor]) -> None:
        """Take the chosen state of the training."""
        self.run.network.model.load_state_dict(dict(state))
        self.run.network.model.eval()

    def store(self, other: RunData) -> FeatureStore:
        """Return the features of another task's data set, scaled as this network's run scales: its own data set by its
        own scaler, one that it never saw by a scaler of the same kind fitted on that one's training clips.
        """
        if other.datasets[0].name == self.dataset:
            return self.run.store
        return feature_store(self.registry, other, self.spec, self.device)

    @torch.no_grad()
    def see(self, other: RunData, clips: np.ndarray) -> Seen:
        """Return what the network makes of clips of another task's data set (or of its own).

        Batch normalisation takes the running statistics of the network's own data set.
        """
        store = self.store(other)
        rows, count = rows_of(other.datasets[0], clips)
        parts = [self._pass(store.scaled(0, chunk)) for chunk in chunks(rows, rows_a_pass(store, 0))]
        embedding, probabilities = (torch.cat(values) for values in zip(*parts, strict=True))
        return Seen(average_windows(embedding, count), average_windows(probabilities, count))

    def _pass(self, x: Tensor) -> tuple[Tensor, Tensor]:
        segments = ((0, 0, len(x)),)
        embedding = self.run.network.embed(x, segments)
        model = self.run.network.model
        if isinstance(model, HardSharing):  # spares a second way through the trunk
            logits = model.heads[model.tasks.index(self.task)](embedding)
        else:
            logits = self.run.network(x, segments)[self.task]
        return embedding.flatten(1), self.run.criteria[0].probabilities(logits)


def state_of(
    key: str, data: RunData, spec: RunSpec, states: States, checkpoints: Checkpoints, registry: Registry
) -> Mapping[str, Tensor]:
    """Return the chosen state of a single training; one that was not kept is trained again, which gives the same."""
    state = states.load(key)
    if state is not None:
        return state
    kept: dict[str, Any] = {}
    (train_again if spec.refit else train)(
        data, spec, checkpoints=checkpoints, registry=registry, keep=kept.update
    )
    states.save(key, kept[spec.tasks[0]])
    found: Mapping[str, Tensor] = kept[spec.tasks[0]]
    return found


def _trained_on(data: RunData, spec: RunSpec) -> RunData:
    return with_validation(data) if spec.refit else data
