"""The feature bank: a data set's features, computed once, as one memory-mappable array with its index."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from harness.bases.feature import covariates_of
from harness.data.bank_build import Wanted, fill
from harness.data.bank_write import FEATURES, INDEX
from harness.data.cache import DataOptionsLike, atomic_directory, building, cache_root
from harness.data.catalog import Catalog, Progress, no_progress
from harness.data.maps import open_features
from harness.data.types import DatasetRows
from harness.data.usage import used_now
from harness.errors import DataError, PluginError
from harness.keys import content_key
from harness.nesting import nested_entries, versions_of
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
    """Return the folder of one feature of a data set; see :func:`prepare_banks`."""
    return prepare_banks(
        catalog,
        dataset,
        [(feature, parameters)],
        options=options,
        progress=progress,
        workers=workers,
        device=device,
    )[0]


def prepare_banks(
    catalog: Catalog,
    dataset: Dataset | Callable[[], Dataset],
    features: Sequence[tuple[Registered, dict[str, Any]]],
    *,
    options: DataOptionsLike,
    progress: Progress = no_progress,
    workers: int = 1,
    device: str = "cpu",
) -> list[Path]:
    """Return the folders of a data set's features; a bank that is there is used as it is.

    A bank is known by its content: the clips' audio, the feature's component, version and parameters. Clips are
    decoded once for all banks that are missing, resampled and cut in ``workers`` processes; the features are
    computed in this one, in batches, on ``device``. A folder appears when it is complete: what a killed build leaves
    is never taken for a bank.

    Raises:
        DataError: a clip that changed since it was catalogued, a feature that is not finite, a full disk.
        PluginError: a feature does not keep its contract.
    """
    wanted = [Wanted(feature, checked_parameters(feature, parameters)) for feature, parameters in features]
    root = cache_root(options) / "banks"
    directories = [root / bank_key(catalog, *one) for one in wanted]
    missing = {path: one for path, one in zip(directories, wanted, strict=True) if not path.exists()}
    with contextlib.ExitStack() as stack:
        for directory in sorted(missing):  # in one order everywhere: two processes never wait for each other
            stack.enter_context(building(directory))
        places = [
            (one, stack.enter_context(atomic_directory(directory)))
            for directory, one in missing.items()
            if not directory.exists()
        ]
        if places:
            source = dataset if isinstance(dataset, Dataset) else dataset()
            fill(catalog, source, places, progress=progress, device=device, workers=workers)
    for directory in directories:
        used_now(directory)
    return directories


def bank_key(catalog: Catalog, feature: Registered, parameters: FeatureParameters) -> str:
    """Return the content key of a data set's features: with the versions of the features that the feature is made of,
    and the covariates that it reads, where there are any.
    """
    decisive = {
        "bank": BANK_VERSION,
        "audio": catalog.audio_fingerprint,
        "feature": [feature.component.name, feature.distribution, feature.version],
        "parameters": parameters,
    }
    if parts := nested_entries(feature, parameters):
        decisive["parts"] = versions_of(parts)
    read = _covariates_read(catalog, feature, parameters)
    return content_key(
        {**decisive, "covariates": [read, catalog.covariate_values(read)]} if read else decisive
    )


def _covariates_read(catalog: Catalog, feature: Registered, parameters: FeatureParameters) -> list[str]:
    """Return the data set's covariates that the feature reads; it is not built where the data set has none."""
    known = catalog.covariate_names
    if not known:
        return []
    return [name for name in covariates_of(feature.component.build(parameters)) if name in known]


def open_bank(directory: Path, *, memory_gb: float) -> Bank:
    """Open a bank: its features are one read-only memory map that all processes share (:mod:`harness.data.maps`).

    A bank of at most ``memory_gb`` (in 2³⁰ bytes) is read ahead; of a larger one, the rows that are asked for are read.

    Raises:
        DataError: the folder holds no bank.
    """
    try:
        index = json.loads((directory / INDEX).read_text(encoding="utf-8"))
        features = open_features(directory / FEATURES, memory_gb=memory_gb)
    except (OSError, ValueError) as error:
        raise DataError(
            f"{directory} holds no feature bank ({error}); remove the folder and start again"
        ) from error
    rows = DatasetRows(
        name=index["dataset"],
        features=features,
        first=np.array(index["first"], dtype=np.int64),
        count=np.array(index["count"], dtype=np.int64),
        clip_ids=tuple(index["clips"]),
        plain=tuple(index.get("plain", ())),
    )
    return Bank(rows)


def checked_parameters(feature: Registered, parameters: dict[str, Any]) -> FeatureParameters:
    """Return a feature's parameters, checked by its own model. Raises PluginError where that is no feature's."""
    checked = feature.component.parameters.model_validate(parameters)
    if not isinstance(checked, FeatureParameters):
        raise PluginError(
            f"feature {feature.component.name!r} of {feature.distribution}: its parameters model is "
            f"{type(checked).__name__}; it must derive from harness.api.FeatureParameters"
        )
    return checked
