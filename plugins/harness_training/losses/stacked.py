"""The losses of this package for many trainings at once: each namesake's formula, with one dimension more."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from harness.api import StackedLoss
from harness_training.losses._common import logistic
from harness_training.losses.binary_cross_entropy import BinaryCrossEntropy
from harness_training.losses.cross_entropy import MISSING, CrossEntropy
from harness_training.losses.mean_squared_error import MeanSquaredError
from harness_training.losses.multilabel_cross_entropy import MultilabelCrossEntropy


class StackedCrossEntropy(StackedLoss):
    """Members may differ in classes, class weights and label smoothing. A padded class has the probability 0."""

    weights: Tensor
    smoothing: Tensor

    def __init__(self, members: Sequence[CrossEntropy]) -> None:
        super().__init__(members)
        self.register_buffer("weights", _padded([member.weights for member in members]))
        smoothing = torch.tensor([member.settings.label_smoothing for member in members], dtype=torch.float64)
        self.register_buffer("smoothing", smoothing.to(self.weights.device))
        self.smooth = bool(smoothing.any())

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        logp = self._log_probabilities(logits)
        weights = self.weights.to(logits).unsqueeze(1).expand_as(logits)
        at = targets.clamp(min=0).unsqueeze(-1)
        values = -(logp.gather(-1, at) * weights.gather(-1, at)).squeeze(-1)
        if self.smooth:
            share = self.smoothing.to(logits).unsqueeze(1)
            everywhere = -(logp * weights).sum(-1) / self.outputs.to(logits).unsqueeze(1)
            values = (1 - share) * values + share * everywhere
        return values * (targets != MISSING)

    def _log_probabilities(self, logits: Tensor) -> Tensor:
        if not self.ragged:
            return torch.log_softmax(logits, dim=-1)
        real = _real(self.outputs, logits)
        logp = torch.log_softmax(logits.masked_fill(~real, -torch.inf), dim=-1)
        return torch.where(real, logp, torch.zeros_like(logp))


class StackedBinaryCrossEntropy(StackedLoss):
    """Members may differ in class weights."""

    weights: Tensor

    def __init__(self, members: Sequence[BinaryCrossEntropy]) -> None:
        super().__init__(members)
        self.register_buffer("weights", torch.stack([member.weights for member in members]))

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        weights = self.weights.T.unsqueeze(-1)  # [2, M, 1]
        return logistic(logits[..., 0], targets, weights)[0]


class StackedMultilabelCrossEntropy(StackedLoss):
    """Members may differ in classes and class weights. A padded class is one that was not annotated."""

    weights: Tensor

    def __init__(self, members: Sequence[MultilabelCrossEntropy]) -> None:
        super().__init__(members)
        self.register_buffer(
            "weights", torch.stack([_padded(list(w)) for w in self._by_value(members)], dim=1)
        )

    @staticmethod
    def _by_value(members: Sequence[MultilabelCrossEntropy]) -> list[list[Tensor]]:
        return [[member.weights[value] for member in members] for value in (0, 1)]

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        if self.ragged:
            real = _real(self.outputs, logits)
            targets = torch.where(real, targets, torch.full_like(targets, torch.nan))
            logits = torch.where(real, logits, torch.zeros_like(logits))
        weights = self.weights.transpose(0, 1).unsqueeze(2)  # [2, M, 1, classes]
        values, known = logistic(logits, targets, weights)
        return values.sum(-1) / known.sum(-1).clamp(min=1)


class StackedMeanSquaredError(StackedLoss):
    """Members differ in their targets' scales."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, members: Sequence[MeanSquaredError]) -> None:
        super().__init__(members)
        self.register_buffer("mean", torch.stack([member.mean for member in members]))
        self.register_buffer("deviation", torch.stack([member.deviation for member in members]))

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        mean, deviation = self.mean.unsqueeze(1), self.deviation.unsqueeze(1)
        known = ~torch.isnan(targets)
        standardised = (torch.where(known, targets, mean) - mean) / deviation
        return (logits[..., 0] - standardised).square() * known


def _real(outputs: Tensor, logits: Tensor) -> Tensor:
    """Return ``[M, 1, outputs]`` bool: which logits are a member's own."""
    return (torch.arange(logits.shape[-1], device=logits.device) < outputs.unsqueeze(1)).unsqueeze(1)


def _padded(rows: Sequence[Tensor]) -> Tensor:
    """Return ``[M, classes]`` from rows of different lengths, with ones behind them."""
    padded = rows[0].new_ones(len(rows), max(len(row) for row in rows))
    for member, row in enumerate(rows):
        padded[member, : len(row)] = row
    return padded
