"""Respiratory anomalies: spectrograms, networks, losses and readers after Ngo et al. 2023."""

from __future__ import annotations

from harness.api import DatasetRecord, FeatureRecord, LossRecord, MetricRecord, ModelRecord, hookimpl
from harness_respiratory.components_data import DATASETS, FEATURES, METRICS
from harness_respiratory.components_networks import LOSSES, MODELS


@hookimpl
def harness_datasets() -> list[DatasetRecord]:
    """Readers of corpora of lung sounds."""
    return list(DATASETS)


@hookimpl
def harness_features() -> list[FeatureRecord]:
    """Gammatone and wavelet spectrograms."""
    return list(FEATURES)


@hookimpl
def harness_models() -> list[ModelRecord]:
    """The inception-residual network."""
    return list(MODELS)


@hookimpl
def harness_losses() -> list[LossRecord]:
    """The KL loss, and the terms of branches and contrast."""
    return list(LOSSES)


@hookimpl
def harness_metrics() -> list[MetricRecord]:
    """Sensitivity, specificity and the scores made of them."""
    return list(METRICS)
