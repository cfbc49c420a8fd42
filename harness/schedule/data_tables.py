"""What the prepared data give to the result tables: tasks, clips, labels and quarantined clips."""

from __future__ import annotations

from typing import Any

import pandas as pd

from harness.data.splits import group_disjoint
from harness.records import Task
from harness.schedule.prepare import Prepared

Rows = list[dict[str, Any]]


class DataTables:
    """Builds the tables that the data alone decide; ``key`` is put before every row."""

    def __init__(self, prepared: Prepared, key: dict[str, Any]) -> None:
        self.prepared = prepared
        self.key = key

    def task(self, name: str) -> dict[str, Any]:
        """Return the row of a task."""
        dataset = name.split("/")[0]
        task, catalog, splits = (
            self.prepared.task(name),
            self.prepared.catalogs[dataset],
            self.prepared.splits[name],
        )
        frame = catalog.frame[catalog.frame[f"label:{task.name}"].notna()]
        groups = frame[f"group:{task.group}" if task.group else "group"]
        metrics = [self.prepared.metric_record(metric) for metric in self.prepared.metrics(name)]
        return self.key | {
            "task": name,
            "dataset": dataset,
            "domain": catalog.domain or None,
            "kind": task.kind,
            "metric": metrics[0].name,
            "metric_direction": metrics[0].direction,
            "metrics": [metric.name for metric in metrics],
            "metrics_direction": [metric.direction for metric in metrics],
            "metrics_best": [metric.high if metric.direction == "max" else metric.low for metric in metrics],
            "n_classes": len(task.classes) if task.classes else None,
            "classes": list(task.classes) if task.classes else None,
            "n_clips": len(frame),
            "n_groups": int(groups.nunique()) if groups.notna().any() else None,
            "splits": self.prepared.uses[dataset].splits,
            "n_folds": len(splits),
            "group_disjoint": group_disjoint(catalog, task, splits),
            "licence": catalog.licence,
            "citation": catalog.citation,
            "data_hash": catalog.fingerprint,
        }

    def clips(self) -> pd.DataFrame:
        """Return the rows of ``clips``."""
        columns = ["clip", "content_hash", "group", "duration_s", "sample_rate_hz", "bandwidth_hz", "snr_db"]
        frames = [
            c.frame[columns].assign(dataset=name, **self.key) for name, c in self.prepared.catalogs.items()
        ]
        return pd.concat(frames, ignore_index=True)

    def labels(self) -> Rows:
        """Return the rows of ``labels``."""
        rows: Rows = []
        for name in self.prepared.config.tasks:
            task = self.prepared.task(name)
            frame = self.prepared.catalogs[name.split("/")[0]].frame
            for clip, label in zip(frame["clip"], frame[f"label:{task.name}"], strict=True):
                rows.extend(
                    self.key | {"task": name, "clip": clip, **value} for value in _label_rows(task, label)
                )
        return rows

    def quarantine(self) -> Rows:
        """Return the rows of ``quarantine``."""
        return [
            self.key | {"dataset": name, "clip": clip, "reason": reason}
            for name, catalog in self.prepared.catalogs.items()
            for clip, reason in zip(catalog.quarantine["clip"], catalog.quarantine["reason"], strict=True)
        ]


def _label_rows(task: Task, label: Any) -> list[dict[str, Any]]:
    """Return one row a label: none where it is missing, several where a clip has several classes."""
    if task.kind == "multilabel":
        return [] if label is None else [{"label": str(one), "value": None} for one in label]
    if pd.isna(label):
        return []
    return (
        [{"label": None, "value": float(label)}]
        if task.kind == "regression"
        else [{"label": str(label), "value": None}]
    )
