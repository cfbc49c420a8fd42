"""The records of features, readers and metrics."""

from __future__ import annotations

from harness.api import DatasetRecord, FeatureRecord, MetricRecord

FEATURES: list[FeatureRecord] = []
DATASETS: list[DatasetRecord] = []
METRICS: list[MetricRecord] = []
