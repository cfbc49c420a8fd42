"""The audio of some test clips of a run, decoded anew, where the study's data sets can still be read."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from harness.config.study import StudyConfig
from harness.data.catalog import build_dataset
from harness.data.decode import ClipDefect, decode, resample
from harness.data.limit import Limit
from harness.errors import DataError
from harness.plugins import load_registry
from harness.records import Dataset


def waveforms(config_json: str, dataset: str, clips: Collection[str], rate: int) -> dict[str, np.ndarray]:
    """Return clips of a data set as ``[samples]`` float32 at ``rate`` Hz, by their identities.

    Raises:
        DataError: the data set cannot be built, or a clip is gone or cannot be decoded.
    """
    try:
        source = _dataset(StudyConfig.model_validate_json(config_json), dataset)
        found: dict[str, np.ndarray] = {}
        for clip in source.clips():
            if clip.id in clips:
                decoded = decode(clip)
                found[clip.id] = resample(decoded.samples, decoded.sample_rate, rate)
            if len(found) == len(clips):
                return found
    except ClipDefect as error:
        raise DataError(f"data set {dataset}: {error}") from error
    except Exception as error:  # a data set is a plugin's own code, and its files may be anywhere else by now
        raise DataError(f"data set {dataset}: {type(error).__name__}: {error}") from error
    raise DataError(f"data set {dataset}: clip {min(set(clips) - set(found))} is gone")


def _dataset(config: StudyConfig, name: str) -> Dataset:
    use = config.dataset_uses()[name]
    asked = use.limit_per_label
    return build_dataset(
        load_registry().get("dataset", use.use),
        use.parameters,
        root=config.data.root,
        options=config.data.options,
        limit=None if asked is None else Limit(task=asked.task, n=asked.n, seed=config.seed),
    )
