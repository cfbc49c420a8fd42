"""Everything that the author of a plugin imports.

Light names (records, errors, ``hookimpl``) are here at once; base classes that need torch are imported when they are
first asked for, so that a plugin's hook module stays light.
"""

from __future__ import annotations

import importlib
from typing import Any

import pluggy

from harness.errors import (
    DataError,
    HarnessError,
    NonFiniteLossError,
    PluginError,
    TrainingError,
    did_you_mean,
)
from harness.records import (
    TASK_KINDS,
    AugmentationRecord,
    CheckRecord,
    Clip,
    CombinerRecord,
    Component,
    Dataset,
    DatasetContext,
    DatasetRecord,
    Download,
    ExecutorRecord,
    FeatureParameters,
    FeatureRecord,
    Fetch,
    LossRecord,
    MetricRecord,
    ModelRecord,
    Nested,
    OptimizerRecord,
    Parameters,
    PredictorRecord,
    ScalerRecord,
    ScheduleRecord,
    StoppingRecord,
    Task,
    TaskKind,
    TermRecord,
    TrackerRecord,
)

HARNESS_API_VERSION = "1.0"

hookimpl = pluggy.HookimplMarker("harness")

_LAZY = {
    "Aggregator": "harness.bases.combiner",
    "Combiner": "harness.bases.combiner",
    "Scalarizer": "harness.bases.combiner",
    "StepContext": "harness.bases.combiner",
    "present_only": "harness.bases.combiner",
    "StackedAggregator": "harness.bases.stacked",
    "StackedScalarizer": "harness.bases.stacked",
    "StackedStep": "harness.bases.stacked",
    "DataSetNorm": "harness.bases.norm",
    "normalisation": "harness.bases.blocks",
    "dense_block": "harness.bases.blocks",
    "conv_block": "harness.bases.blocks",
    "conv_channels": "harness.bases.blocks",
    "conv_sizes": "harness.bases.blocks",
    "Dropout": "harness.bases.dropout",
    "keep_mask": "harness.bases.dropout",
    "HardSharing": "harness.bases.model",
    "frame_mask": "harness.bases.masking",
    "gate": "harness.bases.masking",
    "masked_mean": "harness.bases.masking",
    "HasTaskModules": "harness.bases.model",
    "Loss": "harness.bases.loss",
    "Mixed": "harness.bases.mixing",
    "ModelOutputs": "harness.bases.outputs",
    "Term": "harness.bases.term",
    "TermInput": "harness.bases.term",
    "StackedLoss": "harness.bases.loss",
    "Metric": "harness.bases.metric",
    "Predictor": "harness.bases.predictor",
    "Scaler": "harness.bases.scaler",
    "Draw": "harness.bases.schedule",
    "Schedule": "harness.bases.schedule",
    "StoppingRule": "harness.bases.stopping",
    "Executor": "harness.bases.executor",
    "Finding": "harness.doctor.finding",
    "Tracker": "harness.bases.tracker",
    "Revived": "harness.revive.network",
    "load_network": "harness.revive.network",
    "derive_seed": "harness.seeds",
    "read_rows": "harness.bases.rows",
    "resolve_directory": "harness.bases.rows",
    "shared": "harness.bases.feature",
    "torchaudio": "harness.torchaudio_shim",
}

__all__ = [
    "HARNESS_API_VERSION",
    "TASK_KINDS",
    "AugmentationRecord",
    "CheckRecord",
    "Clip",
    "CombinerRecord",
    "Component",
    "DataError",
    "Dataset",
    "DatasetContext",
    "DatasetRecord",
    "Download",
    "ExecutorRecord",
    "FeatureParameters",
    "FeatureRecord",
    "Fetch",
    "HarnessError",
    "LossRecord",
    "MetricRecord",
    "ModelRecord",
    "Nested",
    "NonFiniteLossError",
    "OptimizerRecord",
    "Parameters",
    "PluginError",
    "PredictorRecord",
    "ScalerRecord",
    "ScheduleRecord",
    "StoppingRecord",
    "Task",
    "TaskKind",
    "TermRecord",
    "TrackerRecord",
    "TrainingError",
    "did_you_mean",
    "hookimpl",
    *_LAZY,
]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'harness.api' has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)
