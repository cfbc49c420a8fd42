"""How missing feature banks of a data set are filled: every clip is decoded once for all of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import NamedTuple

from harness.data.bank_write import BankWriter
from harness.data.catalog import Catalog, Progress
from harness.data.compute import computing
from harness.data.describe import Described, described
from harness.data.stretch import Stretch, stretch_of
from harness.errors import DataError
from harness.plugins import Registered
from harness.records import Dataset, FeatureParameters


class Wanted(NamedTuple):
    """A feature with its parameters, checked."""

    feature: Registered
    parameters: FeatureParameters


def new_writer(
    directory: Path, dataset: str, wanted: Wanted, *, device: str, executor: Executor, batches: int
) -> BankWriter:
    """Build a feature and what writes its bank into ``directory``."""
    component = wanted.feature.component
    module = component.build(wanted.parameters)
    return BankWriter(
        directory, dataset, component.name, module, wanted.parameters,
        device=device, executor=executor, batches=batches,
    )  # fmt: skip


def fill(
    catalog: Catalog,
    dataset: Dataset,
    places: Sequence[tuple[Wanted, Path]],
    *,
    progress: Progress,
    device: str,
    workers: int,
) -> None:
    """Write the banks of a catalog's clips into folders that are there.

    Raises:
        DataError: a clip is gone, or its audio is not what it was when the catalog was made; a feature is not
            finite.
        PluginError: a feature does not keep its contract.
    """
    names, total = catalog.frame["clip"].tolist(), len(catalog.frame)
    with computing(workers, device) as (executor, batches), contextlib.ExitStack() as stack:
        writers = [
            new_writer(directory, catalog.name, wanted, device=device, executor=executor, batches=batches)
            for wanted, directory in places
        ]
        for writer in writers:
            stack.callback(writer.abandon)
        fits = tuple(dict.fromkeys(writer.fit for writer in writers))
        found = described(
            _stretches(catalog, dataset),
            n_clips=total,
            fits=fits,
            with_samples=False,
            silence_db=float("-inf"),
            workers=workers,
        )
        hashes = catalog.frame["content_hash"].tolist()
        for done, (clip, content_hash, one) in enumerate(zip(names, hashes, found, strict=True), 1):
            checked = _unchanged(catalog, clip, content_hash, one)
            for writer in writers:
                writer.add(clip, checked.row_block(fits.index(writer.fit)))
            progress(done, total, f"features of {catalog.name}")
        for writer in writers:
            writer.finish()


def _stretches(catalog: Catalog, dataset: Dataset) -> Iterator[Stretch]:
    """Iterate the audio of the catalog's clips; clips in quarantine are passed over."""
    wanted = set(catalog.frame["clip"])
    order = iter(catalog.frame["clip"])
    for clip in dataset.clips():
        if clip.id in wanted:
            if clip.id != (expected := next(order, None)):
                raise _changed(catalog, str(expected), f"clip {clip.id} is in its place")
            yield stretch_of(clip)
    if (gone := next(order, None)) is not None:
        raise _changed(catalog, gone, "it is gone")


def _unchanged(catalog: Catalog, clip: str, content_hash: str, found: Described | str) -> Described:
    if isinstance(found, str):
        raise _changed(catalog, clip, found)
    if found.content_hash != content_hash:
        raise _changed(catalog, clip, "its audio is not what it was")
    return found


def _changed(catalog: Catalog, clip: str, reason: str) -> DataError:
    return DataError(
        f"data set {catalog.name!r}, clip {clip}: changed since the data set was read ({reason}); run the "
        "command again"
    )
