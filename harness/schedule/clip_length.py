"""Features whose ``clip_s`` names a length: min, median or max of the clips of the study's data sets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.nesting import checked_by_own_model
from harness.records import CLIP_LENGTHS

if TYPE_CHECKING:
    from harness.config import ComponentUse, StudyConfig
    from harness.data.catalog import Catalog
    from harness.plugins import Registry


def has_named_length(parameters: dict[str, Any]) -> bool:
    """Return whether a feature's ``clip_s`` is known when the data are."""
    return parameters.get("clip_s") in CLIP_LENGTHS


def with_clip_lengths(config: StudyConfig, catalogs: Iterable[Catalog], registry: Registry) -> StudyConfig:
    """Return the study with seconds in place of named lengths, so that banks, cells and keys see the number.

    It is taken over all usable clips of all data sets of the study, each clip once, so that the features of all
    data sets have one shape. The median of an even number of clips is the mean of the two in the middle.

    Raises:
        HarnessError: a feature's other parameters do not go with this length.
    """
    if not any(has_named_length(use.parameters) for use in config.features):
        return config
    durations = np.concatenate([catalog.frame["duration_s"].to_numpy(float) for catalog in catalogs])
    features = tuple(_resolved(use, durations, registry) for use in config.features)
    return config.model_copy(update={"features": features})


def _resolved(use: ComponentUse, durations: np.ndarray, registry: Registry) -> ComponentUse:
    if not has_named_length(use.parameters):
        return use
    named = str(use.parameters["clip_s"])
    length = float(np.quantile(durations, {"min": 0.0, "median": 0.5, "max": 1.0}[named]))
    parameters = {**use.parameters, "clip_s": length}
    where = f"feature {use.as_!r}, clip_s {named} = {length:g} s"
    checked_by_own_model(registry.get("feature", use.name), parameters, where)
    return use.model_copy(update={"parameters": parameters})
