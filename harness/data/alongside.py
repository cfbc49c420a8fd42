"""Banks that are filled while a data set is decoded for its catalog, so that every clip is decoded once.

The catalog's clips decide a bank's key, and they are known at the end: the banks are written under another name and
take their place then. What stands in the way of a bank is no fault of the catalog: that bank is left out, and
whoever asks for it meets the reason.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.data.bank import bank_key, checked_parameters
from harness.data.bank_build import Wanted, new_writer
from harness.data.bank_write import BankWriter
from harness.data.cache import DataOptionsLike, building, cache_root, new_directory, settle
from harness.data.compute import computing
from harness.data.describe import Described
from harness.data.fit import Fit
from harness.plugins import Registered

if TYPE_CHECKING:
    from harness.data.catalog import Catalog


@dataclass(frozen=True)
class Alongside:
    """The features whose banks :func:`~harness.data.catalog.prepare_catalog` fills where it decodes a data set."""

    features: Sequence[tuple[Registered, dict[str, Any]]]
    options: DataOptionsLike
    device: str = "cpu"

    @contextlib.contextmanager
    def filling(self, key: str, dataset: str, workers: int) -> Iterator[Filling]:
        """Give what takes the clips of a data set while its catalog, known by ``key``, is made."""
        root = cache_root(self.options) / "banks"
        with building(root / key), computing(workers, self.device) as (executor, batches):
            banks: list[_Bank] = []
            try:
                for feature, parameters in self.features:
                    with contextlib.suppress(Exception):
                        wanted = Wanted(feature, checked_parameters(feature, parameters))
                        banks.append(self._bank(root / key, dataset, wanted, executor, batches))
                yield Filling(root, banks)
            finally:
                for bank in banks:
                    bank.drop()

    def _bank(self, place: Path, dataset: str, wanted: Wanted, executor: Executor, batches: int) -> _Bank:
        directory = new_directory(place)
        writer = new_writer(
            directory, dataset, wanted, device=self.device, executor=executor, batches=batches
        )
        return _Bank(wanted, directory, writer)


@dataclass(frozen=True)
class _Bank:
    wanted: Wanted
    directory: Path
    writer: BankWriter

    def drop(self) -> None:
        self.writer.abandon()
        shutil.rmtree(self.directory, ignore_errors=True)


class Filling:
    """Takes clips in order, and gives the banks their places when the catalog is known."""

    def __init__(self, root: Path, banks: list[_Bank]) -> None:
        self._root, self._banks = root, banks
        self.fits: tuple[Fit, ...] = tuple(dict.fromkeys(bank.writer.fit for bank in banks))

    def add(self, clip: str, found: Described) -> None:
        """Add a usable clip."""
        for bank in tuple(self._banks):
            with self._or_without(bank):
                bank.writer.add(clip, found.row_block(self.fits.index(bank.writer.fit)))

    def settle(self, catalog: Catalog) -> None:
        """Finish the banks of the catalog's clips; one that is there already stays."""
        for bank in tuple(self._banks):
            with self._or_without(bank):
                bank.writer.finish()
                final = self._root / bank_key(catalog, *bank.wanted)
                with building(final):
                    if not final.exists():
                        settle(bank.directory, final)

    @contextlib.contextmanager
    def _or_without(self, bank: _Bank) -> Iterator[None]:
        try:
            yield
        except Exception:
            bank.drop()
            self._banks.remove(bank)
