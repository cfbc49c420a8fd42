"""Rows of the tables ``scores`` and ``predictions``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from harness.bases.metric import Metric
from harness.data.types import TaskPart
from harness.records import Task
from harness.train.evaluate import Predictions


def score_rows(
    part: TaskPart, split: str, predictions: Predictions, metrics: Mapping[str, Metric], *, per_class: bool
) -> list[dict[str, Any]]:
    """Return a row a metric, and with ``per_class`` one for each class where the metric has such values."""
    classes = part.task.classes
    n_classes = len(classes) if classes is not None else None
    keys: dict[str, Any] = {"task": part.name, "split": split}
    rows = [
        keys | {"metric": name, "label": None, "value": predictions.measure(metric, n_classes)}
        for name, metric in metrics.items()
    ]
    for name, metric in metrics.items() if per_class and classes is not None else ():
        values = metric.per_class(
            predictions.targets, predictions.decisions, predictions.probabilities, n_classes
        )
        for label, value in zip(classes or (), [] if values is None else values, strict=values is not None):
            rows.append(keys | {"metric": name, "label": label, "value": float(value)})
    return rows


def prediction_rows(
    part: TaskPart, clip_ids: tuple[str, ...], predictions: Predictions
) -> list[dict[str, Any]]:
    """Return a row a clip; targets and predictions as the text of the table ``predictions``."""
    regression = part.task.kind == "regression"
    return [
        {
            "task": part.name,
            "clip": clip_ids[clip],
            "target": as_text(part.task, target),
            "prediction": as_text(part.task, decision),
            "probabilities": [] if regression else probabilities.tolist(),
        }
        for clip, target, decision, probabilities in zip(
            predictions.clips,
            predictions.targets,
            predictions.decisions,
            predictions.probabilities,
            strict=True,
        )
    ]


def as_text(task: Task, value: np.ndarray) -> str:
    """Return a class name, the names of a multilabel clip joined by ``|``, or a number (exact for
    float32).
    """
    if task.classes is None:
        return f"{float(value):.9g}"
    if task.kind == "multilabel":
        return "|".join(name for name, on in zip(task.classes, value, strict=True) if on > 0.5)
    return task.classes[int(value)]
