"""A trained network with all that is before and after it: from a waveform to each task's probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import NamedTuple

import torch
from torch import Tensor, nn

from harness.bases.norm import set_segments


class Way(NamedTuple):
    """How a task's probabilities come about: by whose statistics, which network (known by its step) and which loss."""

    dataset: int
    step: int
    criterion: nn.Module


class Fit(nn.Module):
    """Cut or fill rows of any length to ``length`` samples: with zeros, or by repetition. Traced, it stays so."""

    def __init__(self, length: int, repeat: bool) -> None:
        super().__init__()
        self.length, self.repeat = length, repeat

    def forward(self, waveform: Tensor) -> Tensor:
        """Return ``[batch, length]``."""
        if self.repeat:
            return waveform.index_select(1, torch.arange(self.length) % waveform.shape[1])
        return nn.functional.pad(waveform, (0, self.length))[:, : self.length]


class Exported(nn.Module):
    """``waveform [batch, samples]`` float32, of any length → ``{task: [batch, classes]}``.

    Each task goes the way that it was tested on: its data set's scaler and running statistics, the network of its own
    epoch, its loss's probabilities (for regression the value).
    """

    def __init__(
        self,
        fit: Fit,
        feature: nn.Module,
        scalers: Mapping[int, nn.Module],
        models: Mapping[int, nn.Module],
        ways: Mapping[str, Way],
    ) -> None:
        super().__init__()
        self.fit, self.feature = fit, feature
        self.ways = dict(ways)
        self.scalers = nn.ModuleDict({str(index): scaler for index, scaler in scalers.items()})
        passes = dict.fromkeys((way.dataset, way.step) for way in ways.values())
        self.models = nn.ModuleDict({_key(*one): _of_dataset(models[one[1]], one[0]) for one in passes})
        self.criteria = nn.ModuleList(way.criterion for way in ways.values())

    def forward(self, waveform: Tensor) -> dict[str, Tensor]:
        """Return the probabilities of every task."""
        features = self.feature(self.fit(waveform))
        scaled = {index: scaler(features) for index, scaler in self.scalers.items()}
        logits = {key: model(scaled[key.split("_")[0]]) for key, model in self.models.items()}
        return {
            task: criterion.probabilities(logits[_key(way.dataset, way.step)][task])  # type: ignore[operator]
            for (task, way), criterion in zip(self.ways.items(), self.criteria, strict=True)
        }


class InOrder(nn.Module):
    """The same, with the tasks' probabilities as a tuple."""

    def __init__(self, inner: Exported) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, waveform: Tensor) -> tuple[Tensor, ...]:
        """Return the probabilities, ``[batch, classes]`` a task."""
        return tuple(self.inner(waveform).values())


def _key(dataset: int, step: int) -> str:
    return f"{dataset}_{step}"


def _of_dataset(model: nn.Module, dataset: int) -> nn.Module:
    """Return a copy that takes every batch as one of this data set."""
    copy = deepcopy(model).eval()
    set_segments(copy, ((dataset, 0, 1),))
    return copy
