"""Banks that are filled while a data set is decoded for its catalog, so that every clip is decoded once.

The catalog's clips decide a bank's key, and they are known at the end: the banks are written under another name and
take their place then. What stands in the way of a bank is no fault of the catalog: that bank is left out, and
whoever asks for it meets the reason.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.data.bank import bank_key, checked_parameters
from harness.data.bank_build import Filling, Wanted, filling
from harness.data.bank_write import BankWriter
from harness.data.cache import DataOptionsLike, building, cache_root, new_directory, settle
from harness.plugins import Registered

if TYPE_CHECKING:
    from harness.data.bank_batches import Covariates
    from harness.data.catalog import Catalog
    from harness.data.describe import Described
    from harness.data.fit import Fit


@dataclass(frozen=True)
class Alongside:
    """The features whose banks :func:`~harness.data.catalog.prepare_catalog` fills where it decodes a data set."""

    features: Sequence[tuple[Registered, dict[str, Any]]]
    options: DataOptionsLike
    device: str = "cpu"

    @contextlib.contextmanager
    def filling(self, key: str, dataset: str, workers: int) -> Iterator[NewBanks]:
        """Give what takes the clips of a data set while its catalog, known by ``key``, is made."""
        place = cache_root(self.options) / "banks" / key
        with contextlib.ExitStack() as stack:
            stack.enter_context(building(place))
            banks = []
            for feature, parameters in self.features:
                directory = new_directory(place)
                stack.callback(shutil.rmtree, directory, ignore_errors=True)
                with contextlib.suppress(Exception):
                    wanted = Wanted(feature, checked_parameters(feature, parameters))
                    banks.append((wanted, wanted.writer(directory)))
            new = NewBanks(place.parent, banks)
            writers = [writer for _, writer in banks]
            inner = filling(dataset, writers, device=self.device, workers=workers, failed=new.leave_out)
            new.inner = stack.enter_context(inner)
            yield new


@dataclass
class NewBanks:
    """Takes clips in order, and gives the banks their places when the catalog is known."""

    root: Path
    banks: list[tuple[Wanted, BankWriter]]
    inner: Filling = field(init=False)

    @property
    def fits(self) -> tuple[Fit, ...]:
        """The rows that the banks need of a clip."""
        return self.inner.fits

    def add(self, clip: str, found: Described, covariates: Covariates) -> None:
        """Add a usable clip."""
        self.inner.add(clip, found, covariates)

    def leave_out(self, writer: BankWriter, error: Exception) -> None:
        """Go on without a bank."""
        self.banks = [bank for bank in self.banks if bank[1] is not writer]

    def settle(self, catalog: Catalog) -> None:
        """Finish the banks of the catalog's clips; one that is there already stays."""
        self.inner.finish()
        for wanted, writer in self.banks:
            final = self.root / bank_key(catalog, *wanted)
            with building(final):
                if not final.exists():
                    settle(writer.directory, final)
