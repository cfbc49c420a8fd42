"""The features of a run on its device, scaled for each data set by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from harness.bases.scaler import Scaler
from harness.data.types import DatasetRows
from harness.train.plain import AllButPlain

#: Rows that are moved to the device, or shown to a scaler, at a time.
CHUNK_ROWS = 1024
#: Share of the device's free memory that the features may take; above it they stay on the host.
DEVICE_SHARE = 0.5
#: Features of a data set that are scaled once and kept on the CPU, in bytes; larger ones are scaled a batch at a time.
SCALED_BYTES = 2**27

#: Banks on the device by address, shape and type of the array, for stores that share them.
Banks = dict[tuple[int, tuple[int, ...], str], Tensor]


class FeatureStore:
    """Rows of features by data set. On CUDA each bank is moved to the device once, if it fits; on the CPU,
    and where it does not fit, rows are gathered from the array or memory map a batch at a time. On the CPU
    features of up to ``SCALED_BYTES`` are scaled once, which gives what scaling each batch gives, to the bit; not
    so in a store that shares ``banks`` with others, where each would keep its own.
    """

    def __init__(
        self, datasets: Sequence[DatasetRows], device: torch.device, banks: Banks | None = None
    ) -> None:
        self.device = device
        self._host = [np.asarray(rows.features) for rows in datasets]
        self._keeps_scaled = device.type == "cpu" and banks is None
        banks = {} if banks is None else banks
        self._resident = [self._once(array, banks) for array in self._host]
        self._scalers: list[Scaler | None] = [None] * len(datasets)
        self._scaled: list[Tensor | None] = [None] * len(datasets)
        self._plain = [rows.plain for rows in datasets]

    def fit_scalers(self, make: Callable[[], Scaler], training_rows: Sequence[np.ndarray]) -> None:
        """Fit a new scaler a data set on its ``training_rows`` (in ascending order, so that the fit is
        reproducible). Plain channels are left as they are.
        """
        for dataset, rows in enumerate(training_rows):
            scaler = self._around_plain(dataset, make()).to(self.device)
            for chunk in chunks(np.unique(rows), CHUNK_ROWS):
                scaler.partial_fit(self.raw(dataset, chunk))
            scaler.finish()
            self._scalers[dataset], self._scaled[dataset] = scaler, None

    def _around_plain(self, dataset: int, scaler: Scaler) -> Scaler:
        plain = self._plain[dataset]
        return AllButPlain(scaler, plain, self._host[dataset].shape[1]) if plain else scaler

    def raw(self, dataset: int, rows: np.ndarray) -> Tensor:
        """Return unscaled features, ``[rows, channels, bins, frames]`` float32, on the device."""
        resident = self._resident[dataset]
        if resident is not None:
            return resident.index_select(0, torch.from_numpy(rows).to(self.device))
        return torch.from_numpy(self._host[dataset][rows]).to(self.device, torch.float32)

    @torch.no_grad()
    def scaled(self, dataset: int, rows: np.ndarray) -> Tensor:
        """Return features as the network sees them, ``[rows, channels, bins, frames]`` float32, on the
        device.
        """
        scaler = self._scalers[dataset]
        if scaler is None:
            return self.raw(dataset, rows)
        if self._keeps_scaled and self._host[dataset].size * 4 <= SCALED_BYTES:
            return self._all_scaled(dataset, scaler).index_select(0, torch.from_numpy(rows))
        scaled: Tensor = scaler(self.raw(dataset, rows))
        return scaled

    def _all_scaled(self, dataset: int, scaler: Scaler) -> Tensor:
        """Return all rows of a data set, scaled when they are first asked for."""
        kept = self._scaled[dataset]
        if kept is None:
            rows = np.arange(len(self._host[dataset]))
            kept = torch.cat([scaler(self.raw(dataset, chunk)) for chunk in chunks(rows, CHUNK_ROWS)])
            self._scaled[dataset] = kept
        return kept

    def bank(self, dataset: int) -> np.ndarray | Tensor:
        """Return the rows of a data set: on the device where they fit, otherwise the array on the host."""
        resident = self._resident[dataset]
        return self._host[dataset] if resident is None else resident

    def scaler(self, dataset: int) -> Scaler | None:
        """Return the scaler of a data set, once it is fitted."""
        return self._scalers[dataset]

    def row_bytes(self, dataset: int) -> int:
        """Return the size of a row as float32, in bytes."""
        return 4 * int(np.prod(self._host[dataset].shape[1:]))

    def _once(self, array: np.ndarray, banks: Banks) -> Tensor | None:
        """Move a bank to the device, unless it is there already."""
        if self.device.type == "cpu":
            return None
        key = array.ctypes.data, array.shape, array.dtype.str
        if banks.get(key) is None:
            moved = self._move(array)
            if moved is None:
                return None
            banks[key] = moved
        return banks[key]

    def _move(self, array: np.ndarray) -> Tensor | None:
        free, _ = torch.cuda.mem_get_info(self.device)
        if array.size * 4 > DEVICE_SHARE * free:
            return None
        moved = torch.empty(array.shape, dtype=torch.float32, device=self.device)
        for start in range(0, len(array), CHUNK_ROWS):
            moved[start : start + CHUNK_ROWS] = torch.from_numpy(np.array(array[start : start + CHUNK_ROWS]))
        return moved


def chunks(values: np.ndarray, size: int) -> Iterator[np.ndarray]:
    """Iterate consecutive parts of at most ``size`` entries."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def rows_of(dataset: DatasetRows, clips: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of all windows of ``clips``, clip by clip, and how many each clip has: ``[rows],
    [clips]`` int64.
    """
    first = dataset.first[clips].astype(np.int64)
    count = dataset.count[clips].astype(np.int64)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(first, count) + within, count
