"""The contracts of the components that a distribution offers, as classes that pytest collects."""

from __future__ import annotations

import re

from harness.errors import PluginError, did_you_mean
from harness.plugins import Registered, Registry
from harness.testing import (
    AugmentationContract,
    CheckContract,
    CombinerContract,
    ComponentContract,
    DatasetContract,
    ExecutorContract,
    FeatureContract,
    LossContract,
    MetricContract,
    ModelContract,
    OptimizerContract,
    PredictorContract,
    ScalerContract,
    ScheduleContract,
    StoppingContract,
    TermContract,
    TrackerContract,
)

#: The contract of each kind.
CONTRACTS: dict[str, type[ComponentContract]] = {
    "augmentation": AugmentationContract,
    "check": CheckContract,
    "combiner": CombinerContract,
    "dataset": DatasetContract,
    "executor": ExecutorContract,
    "feature": FeatureContract,
    "loss": LossContract,
    "metric": MetricContract,
    "model": ModelContract,
    "optimizer": OptimizerContract,
    "predictor": PredictorContract,
    "scaler": ScalerContract,
    "schedule": ScheduleContract,
    "stopping": StoppingContract,
    "term": TermContract,
    "tracker": TrackerContract,
}


def contract_classes(registry: Registry, distribution: str) -> dict[str, type[ComponentContract]]:
    """Return a contract for each component of a distribution, by a name that pytest collects.

    Raises:
        PluginError: the distribution offers nothing, or its plugin does not load.
    """
    for failure in registry.failures:
        if _same(failure.distribution, distribution):
            raise PluginError(f"{distribution} does not load: {failure.error}; see 'harness plugins list'")
    found = [entry for entry in registry.all() if _same(entry.distribution, distribution)]
    if not found:
        names = sorted({entry.distribution for entry in registry.all()})
        near = did_you_mean(distribution, names)
        raise PluginError(f"no plugin of distribution {distribution!r}{near}; installed: {', '.join(names)}")
    return {class_name(entry): _contract(entry) for entry in found}


def class_name(entry: Registered) -> str:
    """Return the name of a component's contract."""
    return f"Test_{entry.component.kind}_{entry.component.name}"


def _contract(entry: Registered) -> type[ComponentContract]:
    base = CONTRACTS[entry.component.kind]
    return type(class_name(entry), (base,), {"record": entry.component})


def _same(one: str, other: str) -> bool:
    """Tell whether two spellings name one distribution (PEP 503)."""
    return re.sub(r"[-_.]+", "-", one).lower() == re.sub(r"[-_.]+", "-", other).lower()
