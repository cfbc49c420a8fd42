"""How a feature bank is filled: rows from worker processes, features in batches, written as they come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from harness.data.catalog import Catalog, Progress
from harness.data.describe import clip_rows
from harness.data.fit import row_count, row_samples
from harness.data.parallel import ordered_map
from harness.errors import DataError, PluginError
from harness.records import Clip, Dataset, FeatureParameters

if TYPE_CHECKING:
    from torch import nn

FEATURES, INDEX = "features.npy", "index.json"
#: At most this many rows, and this many samples, are one batch of a feature.
BATCH_ROWS, BATCH_SAMPLES = 256, 2**24

Job = tuple[Clip, str]


def ordered_rows(
    catalog: Catalog, dataset: Dataset, parameters: FeatureParameters, *, progress: Progress, workers: int
) -> Iterator[np.ndarray]:
    """Yield the waveform rows of every clip of the catalog, in its order.

    Raises:
        DataError: a clip is gone, or its audio is not what it was when the catalog was made.
    """
    # The feature's own parameters would make the workers import its package, and torch with it.
    plain = FeatureParameters(**parameters.model_dump(include=set(FeatureParameters.model_fields)))
    found = ordered_map(
        partial(clip_rows, parameters=plain),
        _jobs(catalog, dataset),
        n_items=len(catalog.frame),
        workers=workers,
        crashed=_crashed,
    )
    for done, (clip, rows) in enumerate(zip(catalog.frame["clip"], found, strict=True), 1):
        if isinstance(rows, str):
            raise _changed(catalog, clip, rows)
        yield rows
        progress(done, len(catalog.frame), f"features of {catalog.name}")


def write_bank(
    directory: Path,
    catalog: Catalog,
    feature: str,
    module: nn.Module,
    parameters: FeatureParameters,
    rows: Iterable[np.ndarray],
    *,
    device: str,
) -> None:
    """Write the features of ``rows`` (``[rows, samples]`` a clip) and their index into an existing folder.

    Raises:
        DataError: a feature is not finite; the message names the clip.
        PluginError: the feature's output is not ``[batch, channels, bins, frames]`` float32.
    """
    count = _row_counts(catalog, parameters)
    owner = np.repeat(np.arange(len(count)), count)
    size = min(BATCH_ROWS, max(1, BATCH_SAMPLES // row_samples(parameters)))
    module = module.to(device).eval()
    shape: tuple[int, ...] | None = None
    done = 0
    with (directory / FEATURES).open("wb") as file:
        for batch in _batches(rows, size):
            values = _features(feature, module, batch, shape, device)
            if shape is None:
                shape = values.shape[1:]
                header = {"descr": "<f4", "fortran_order": False, "shape": (len(owner), *shape)}
                np.lib.format.write_array_header_1_0(file, header)
            _check_finite(feature, catalog, values, owner[done : done + len(values)])
            file.write(values.astype("<f4", copy=False).tobytes())
            done += len(values)
    if done != len(owner):
        raise DataError(
            f"data set {catalog.name!r}: {done} of {len(owner)} rows of feature {feature!r} were made"
        )
    index = {"dataset": catalog.name, "feature": feature, "parameters": parameters.model_dump(mode="json")}
    layout = {
        "first": (np.cumsum(count) - count).tolist(),
        "count": count.tolist(),
        "clips": list(catalog.frame["clip"]),
    }
    (directory / INDEX).write_text(json.dumps(index | layout, ensure_ascii=False), encoding="utf-8")


def _jobs(catalog: Catalog, dataset: Dataset) -> Iterator[Job]:
    """Iterate the catalog's clips and their content hashes; clips in quarantine are passed over."""
    wanted = dict(zip(catalog.frame["clip"], catalog.frame["content_hash"]))
    order = iter(catalog.frame["clip"])
    for clip in dataset.clips():
        if clip.id in wanted:
            if clip.id != (expected := next(order)):
                raise _changed(catalog, expected, f"clip {clip.id} is in its place")
            yield replace(clip, labels={}, groups={}), wanted[clip.id]
    if (gone := next(order, None)) is not None:
        raise _changed(catalog, gone, "it is gone")


def _changed(catalog: Catalog, clip: str, reason: str) -> DataError:
    return DataError(
        f"data set {catalog.name!r}, clip {clip}: changed since the data set was read ({reason}); run the "
        "command again"
    )


def _crashed(job: Job) -> str:
    return "it ended the process that decoded it"


def _row_counts(catalog: Catalog, parameters: FeatureParameters) -> np.ndarray:
    rates = catalog.frame["sample_rate_hz"]
    samples = (catalog.frame["duration_s"] * rates).round()
    return np.array(
        [row_count(int(n), int(rate), parameters) for n, rate in zip(samples, rates)], dtype=np.int64
    )


def _batches(rows: Iterable[np.ndarray], size: int) -> Iterator[np.ndarray]:
    """Iterate ``[size, samples]`` (the last one may be shorter) whatever the number of rows of a clip."""
    waiting: list[np.ndarray] = []
    n = 0
    for block in rows:
        waiting.append(block)
        n += len(block)
        if n >= size:
            joined = np.concatenate(waiting)
            whole = n - n % size
            yield from (joined[start : start + size] for start in range(0, whole, size))
            waiting, n = [joined[whole:]], n - whole
    if n:
        yield np.concatenate(waiting)


def _features(
    feature: str, module: nn.Module, batch: np.ndarray, shape: tuple[int, ...] | None, device: str
) -> np.ndarray:
    import torch

    with torch.inference_mode():
        values = module(torch.from_numpy(batch).to(device))
    ok = values.ndim == 4 and values.dtype == torch.float32 and values.shape[0] == len(batch)
    if not ok or shape not in (None, tuple(values.shape[1:])):
        wanted = f"[{len(batch)}, channels, bins, frames]" if shape is None else str([len(batch), *shape])
        raise PluginError(
            f"feature {feature!r} gave {list(values.shape)} {values.dtype} for samples "
            f"{list(batch.shape)}; it must give "
            f"{wanted} torch.float32"
        )
    array: np.ndarray = values.cpu().numpy()
    return array


def _check_finite(feature: str, catalog: Catalog, values: np.ndarray, owner: np.ndarray) -> None:
    """``owner [rows]`` is the clip that each row of ``values [rows, channels, bins, frames]`` belongs to."""
    bad = ~np.isfinite(values).all(axis=(1, 2, 3))
    if bad.any():
        clip = catalog.frame["clip"].iloc[int(owner[bad.argmax()])]
        raise DataError(
            f"data set {catalog.name!r}, clip {clip}: feature {feature!r} is NaN or infinite "
            f"({int(bad.sum())} rows of the "
            "batch). Change the feature's parameters, or take the clip out of the data set"
        )
