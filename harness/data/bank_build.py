"""How missing feature banks of a data set are filled: every clip is decoded once for all of them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from harness.data.bank_batches import BankBatches, Covariates
from harness.data.bank_write import BankWriter, Rows
from harness.data.catalog import Catalog, Progress
from harness.data.compute import computing
from harness.data.decoding import described
from harness.data.describe import Described
from harness.data.fit import Fit, fit_of, row_seconds
from harness.data.listing import DURATION
from harness.data.stretch import Stretch, stretch_of
from harness.errors import DataError
from harness.plugins import Registered
from harness.records import Dataset, FeatureParameters


class Wanted(NamedTuple):
    """A feature with its parameters, checked."""

    feature: Registered
    parameters: FeatureParameters

    def writer(self, directory: Path) -> BankWriter:
        """Build the feature and what writes its bank into ``directory``."""
        component = self.feature.component
        return BankWriter(directory, component.name, component.build(self.parameters), self.parameters)


class Filling:
    """Gives every clip to the banks: clips in order, then :meth:`finish`. ``fits`` are the rows that they need."""

    def __init__(self, batches: dict[Fit, BankBatches]) -> None:
        self.fits = tuple(batches)
        self._batches = tuple(batches.values())

    def add(self, clip: str, found: Described, covariates: Covariates) -> None:
        """Add a clip, described for ``fits``, with what is known of it beside its audio."""
        for place, (fit, batches) in enumerate(zip(self.fits, self._batches, strict=True)):
            about = _about(found, fit, covariates) if batches.asks else ()
            batches.add(clip, found.row_block(place), about)

    def finish(self) -> None:
        """Compute and write what is left."""
        for batches in self._batches:
            batches.finish()


def no_way_on(writer: BankWriter, error: Exception) -> None:
    """Raise what went wrong with one bank."""
    raise error


def _about(found: Described, fit: Fit, covariates: Covariates) -> list[Covariates]:
    """Return the covariates of each row of a clip."""
    return [{**covariates, DURATION: seconds} for seconds in row_seconds(found.length, found.rate, fit)]


@contextlib.contextmanager
def filling(
    dataset: str,
    writers: Sequence[BankWriter],
    *,
    device: str,
    workers: int,
    failed: Callable[[BankWriter, Exception], None] = no_way_on,
) -> Iterator[Filling]:
    """Give what fills the banks of a data set; see :class:`~harness.data.bank_batches.BankBatches`."""
    groups: dict[Fit, list[BankWriter]] = {}
    for writer in writers:
        groups.setdefault(fit_of(writer.parameters), []).append(writer)
    with computing(workers, device) as (executor, most), contextlib.ExitStack() as stack:
        for writer in writers:
            stack.callback(writer.abandon)
        batches = {
            fit: BankBatches(
                fit, group, Rows(dataset), device=device, executor=executor, most=most, failed=failed
            )
            for fit, group in groups.items()
        }
        for one in batches.values():
            stack.callback(one.cancel)
        yield Filling(batches)


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
    hashes = catalog.frame["content_hash"].tolist()
    writers = [wanted.writer(directory) for wanted, directory in places]
    known = catalog.covariate_names
    values = catalog.covariate_values(known)
    with filling(catalog.name, writers, device=device, workers=workers) as banks:
        found = described(
            _stretches(catalog, dataset),
            n_clips=total,
            fits=banks.fits,
            with_samples=False,
            silence_db=float("-inf"),
            workers=workers,
        )
        clips = zip(names, hashes, found, values, strict=True)
        for done, (clip, content_hash, one, covariates) in enumerate(clips, 1):
            about = dict(zip(known, covariates, strict=True))
            banks.add(clip, _unchanged(catalog, clip, content_hash, one), about)
            progress(done, total, f"features of {catalog.name}")
        banks.finish()


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
