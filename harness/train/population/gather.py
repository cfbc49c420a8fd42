"""Features for many members at once: rows of each distinct bank are gathered together, and scaled together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from harness.train.population.upload import upload
from harness.train.store import FeatureStore

Bank = np.ndarray | Tensor


class Gatherer:
    """Scaled features of the data sets of many members, each with a store of its own."""

    def __init__(self, stores: Sequence[FeatureStore], n_datasets: int) -> None:
        self.stores, self.device = list(stores), stores[0].device
        self._constants = [_constants(stores, dataset) for dataset in range(n_datasets)]

    @torch.no_grad()
    def scaled(self, members: Sequence[int], dataset: int, rows: np.ndarray) -> Tensor:
        """Return ``[J, rows, channels, bins, frames]`` from ``rows [J, rows]`` of a data set of ``members``
        (``J`` of them), scaled by each member's own scaler.
        """
        x = self._raw(members, dataset, rows)
        constants = self._constants[dataset]
        if constants is None:
            return torch.stack(
                [self._by_its_own(member, dataset, part) for member, part in zip(members, x, strict=True)]
            )
        mean, deviation = constants
        if len(members) < len(self.stores):
            index = upload(torch.tensor(members), self.device)
            mean, deviation = mean.index_select(0, index), deviation.index_select(0, index)
        if x.dtype != mean.dtype:
            return (x - mean) / deviation
        return x.sub_(mean).div_(deviation)  # x is a copy of the bank's rows

    def _by_its_own(self, member: int, dataset: int, x: Tensor) -> Tensor:
        scaler = self.stores[member].scaler(dataset)
        return x if scaler is None else scaler(x)

    def _raw(self, members: Sequence[int], dataset: int, rows: np.ndarray) -> Tensor:
        banks = [self.stores[member].bank(dataset) for member in members]
        places: dict[object, list[int]] = {}
        for place, bank in enumerate(banks):
            places.setdefault(_identity(bank), []).append(place)
        if len(places) == 1:
            return self._rows(banks[0], rows)
        x = torch.empty(*rows.shape, *banks[0].shape[1:], device=self.device, dtype=torch.float32)
        for at in places.values():
            x[upload(torch.tensor(at), self.device)] = self._rows(banks[at[0]], rows[at])
        return x

    def _rows(self, bank: Bank, rows: np.ndarray) -> Tensor:
        at = rows.reshape(-1)
        if isinstance(bank, Tensor):
            taken = bank.index_select(0, upload(at, self.device))
        else:
            taken = torch.from_numpy(bank[at]).to(self.device, torch.float32)
        return taken.view(*rows.shape, *taken.shape[1:])


def _identity(bank: Bank) -> object:
    """Return what two banks have in common if and only if they are the same memory."""
    address = bank.data_ptr() if isinstance(bank, Tensor) else bank.ctypes.data
    return address, tuple(bank.shape), str(bank.dtype)


def _constants(stores: Sequence[FeatureStore], dataset: int) -> tuple[Tensor, Tensor] | None:
    """Return the scalers' means and deviations, ``[M, 1, …]``; ``None`` where a scaler is not that simple."""
    found = []
    for store in stores:
        scaler = store.scaler(dataset)
        constants = None if scaler is None else scaler.constants()
        if constants is None:
            return None
        found.append(constants)
    if len({tuple(mean.shape) for mean, _ in found}) > 1:
        return None
    device = stores[0].device
    mean, deviation = (torch.stack([pair[n].to(device) for pair in found]) for n in (0, 1))
    return _with_rows(mean), _with_rows(deviation)


def _with_rows(constants: Tensor) -> Tensor:
    """Return ``[M, rows, channels, bins, frames]`` with axes of size 1 where there is one value for all."""
    shape = constants.shape[1:]
    return constants.view(len(constants), *[1] * (4 - len(shape)), *shape)
