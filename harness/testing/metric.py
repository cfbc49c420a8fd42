"""What every metric must do."""

from __future__ import annotations

import math
import warnings
from typing import ClassVar

import numpy as np
import pytest
import torch

from harness.bases.metric import Metric
from harness.records import MetricRecord, TaskKind
from harness.testing.component import ComponentContract
from harness.testing.tasks import TASKS, n_classes_of, targets_of

Answers = tuple[np.ndarray, np.ndarray, np.ndarray, "int | None"]


def perfect(kind: TaskKind, n: int = 24) -> Answers:
    """Return targets, the same as predictions, probabilities that are certain, and the number of classes."""
    targets = targets_of(TASKS[kind], n)
    certain = targets[:, None] if kind == "regression" else targets
    if kind == "binary":
        certain = torch.stack([1 - targets, targets], dim=-1)
    if kind == "multiclass":
        certain = torch.nn.functional.one_hot(targets, len(TASKS[kind].classes or ())).float()
    return targets.numpy(), targets.numpy().copy(), certain.numpy(), n_classes_of(TASKS[kind])


def guessed(kind: TaskKind, n: int = 24, seed: int = 0) -> Answers:
    """Return targets with predictions and probabilities that have nothing to do with them."""
    targets, _, certain, n_classes = perfect(kind, n)
    rng = np.random.default_rng(seed)
    if kind == "regression":
        values = rng.normal(90, 30, n).astype(np.float32)
        return targets, values, values[:, None], n_classes
    probabilities = rng.random(certain.shape).astype(np.float32)
    if kind == "multilabel":
        return targets, (probabilities >= 0.5).astype(np.float32), probabilities, n_classes
    probabilities /= probabilities.sum(-1, keepdims=True)
    return targets, probabilities.argmax(-1).astype(targets.dtype), probabilities, n_classes


class MetricContract(ComponentContract):
    """A metric is best for perfect predictions, stays in its range, and survives any fold."""

    record: ClassVar[MetricRecord]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "kind" in metafunc.fixturenames:
            metafunc.parametrize("kind", self.record.task_kinds)

    def build(self) -> Metric:
        """Return the metric."""
        metric: Metric = self.record.build(self.settings())
        return metric

    def in_range(self, value: float) -> bool:
        """Return whether a value is within the record's range."""
        low, high = self.record.low, self.record.high
        return (low is None or value >= low - 1e-9) and (high is None or value <= high + 1e-9)

    def test_perfect_predictions_are_best(self, kind: TaskKind) -> None:
        best = self.record.high if self.record.direction == "max" else self.record.low
        value = self.build()(*perfect(kind))
        assert isinstance(value, float)
        if best is not None:
            assert value == pytest.approx(best)
        worse = self.build()(*guessed(kind))
        assert value > worse if self.record.direction == "max" else value < worse

    @pytest.mark.parametrize("seed", range(3))
    def test_range(self, kind: TaskKind, seed: int) -> None:
        assert self.in_range(self.build()(*guessed(kind, seed=seed)))

    @pytest.mark.parametrize("seed", range(3))
    def test_order_of_clips_does_not_matter(self, kind: TaskKind, seed: int) -> None:
        targets, predictions, probabilities, n = guessed(kind)
        order = np.random.default_rng(seed).permutation(len(targets))
        turned = self.build()(targets[order], predictions[order], probabilities[order], n)
        assert turned == pytest.approx(self.build()(targets, predictions, probabilities, n))

    def test_one_value_a_class(self, kind: TaskKind) -> None:
        values = self.build().per_class(*guessed(kind))
        if values is not None:
            assert values.shape == (n_classes_of(TASKS[kind]),)

    @pytest.mark.parametrize("case", ["one clip", "one class", "a class absent"])
    def test_small_folds_give_a_number_or_nan(self, kind: TaskKind, case: str) -> None:
        targets, predictions, probabilities, n = guessed(kind)
        keep = {
            "one clip": np.arange(len(targets)) == 0,
            "one class": (targets == targets[0]).reshape(len(targets), -1).all(-1),
            "a class absent": (targets != targets[0]).reshape(len(targets), -1).any(-1),
        }[case]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            value = self.build()(targets[keep], predictions[keep], probabilities[keep], n)
            self.build().per_class(targets[keep], predictions[keep], probabilities[keep], n)
        assert math.isnan(value) or self.in_range(value)
