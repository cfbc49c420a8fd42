"""The feature bank: a data set's features, computed once, as one memory-mappable array with its index."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from harness.data.bank_build import FEATURES, INDEX, ordered_rows, write_bank
from harness.data.cache import DataOptionsLike, atomic_directory, building, cache_root
from harness.data.catalog import Catalog, Progress, no_progress
from harness.data.types import DatasetRows
from harness.errors import DataError, PluginError
from harness.keys import content_key
from harness.plugins import Registered
from harness.records import Dataset, FeatureParameters

#: Raised whenever decoding, resampling, fitting to length or the files of a bank change.
BANK_VERSION = 1


@dataclass(frozen=True)
class Bank:
    """An opened bank: its rows, and the shape ``(channels, bins, frames)`` of one."""

    rows: DatasetRows

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape that a model is built for: ``(channels, bins, frames)``."""
        _, channels, bins, frames = self.rows.features.shape
        return channels, bins, frames


def prepare_bank(
    catalog: Catalog,
    dataset: Dataset | Callable[[], Dataset],
    feature: Registered,
    parameters: dict[str, Any],
    *,
    options: DataOptionsLike,
    progress: Progress = no_progress,
    workers: int = 1,
    device: str = "cpu",
) -> Path:
    """Return the folder of a data set's features; a bank that is there is used as it is.

    A bank is known by its content: the clips' audio, the feature's component, version and parameters. Clips
    are decoded, resampled and cut in ``workers`` processes; the feature is computed here, in batches, on
    ``device``. The folder appears when it is complete: what a killed build leaves is never taken for a
    bank.

    Raises:
        DataError: a clip that changed since it was catalogued, a feature that is not finite, a full disk.
        PluginError: the feature does not keep its contract.
    """
    checked = _checked(feature, parameters)
    directory = cache_root(options) / "banks" / bank_key(catalog, feature, checked)
    if not directory.exists():
        with building(directory):
            if not directory.exists():
                source = dataset if isinstance(dataset, Dataset) else dataset()
                with atomic_directory(directory) as temporary:
                    rows = ordered_rows(catalog, source, checked, progress=progress, workers=workers)
                    module = feature.component.build(checked)
                    write_bank(
                        temporary, catalog, feature.component.name, module, checked, rows, device=device
                    )
    return directory


def bank_key(catalog: Catalog, feature: Registered, parameters: FeatureParameters) -> str:
    """Return the content key of a data set's features."""
    return content_key(
        {
            "bank": BANK_VERSION,
            "audio": catalog.audio_fingerprint,
            "feature": [feature.component.name, feature.distribution, feature.version],
            "parameters": parameters,
        }
    )


def open_bank(directory: Path, *, memory_gb: float) -> Bank:
    """Open a bank: in memory where it fits, else as a read-only memory map ("index mode").

    ``memory_gb`` is the budget in 2³⁰ bytes. Both have the same values; the map reads
    from disk the rows that are asked for.

    Raises:
        DataError: the folder holds no bank.
    """
    try:
        index = json.loads((directory / INDEX).read_text(encoding="utf-8"))
        features = np.load(directory / FEATURES, mmap_mode="r")
    except (OSError, ValueError) as error:
        raise DataError(
            f"{directory} holds no feature bank ({error}); remove the folder and start again"
        ) from error
    if features.nbytes <= memory_gb * 2**30:
        features = np.array(features)
    rows = DatasetRows(
        name=index["dataset"],
        features=features,
        first=np.array(index["first"], dtype=np.int64),
        count=np.array(index["count"], dtype=np.int64),
        clip_ids=tuple(index["clips"]),
    )
    return Bank(rows)


def _checked(feature: Registered, parameters: dict[str, Any]) -> FeatureParameters:
    checked = feature.component.parameters.model_validate(parameters)
    if not isinstance(checked, FeatureParameters):
        raise PluginError(
            f"feature {feature.component.name!r} of {feature.distribution}: its parameters model is "
            f"{type(checked).__name__}; it must derive from harness.api.FeatureParameters"
        )
    return checked
