"""The data of a unit, opened in a worker: what trainings share is opened once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from harness.data.assemble import assemble
from harness.data.bank import open_bank
from harness.data.catalog import Catalog, load_catalog
from harness.data.types import DatasetRows, RunData


def load_data(data: Mapping[str, Any], memory_gb: float) -> RunData:
    """Return the data of a unit. The last ones are kept, because a cell's trainings follow one another."""
    return _load_data(json.dumps(data, sort_keys=True), memory_gb)


@lru_cache(maxsize=16)
def _load_data(text: str, memory_gb: float) -> RunData:
    data = json.loads(text)
    catalogs = {name: _catalog(directory) for name, directory in data["catalogs"].items()}
    banks = {name: _rows(directory, memory_gb) for name, directory in data["banks"].items()}
    return assemble(
        catalogs,
        banks,
        data["tasks"],
        fold=data["fold"],
        schemes=data["schemes"],
        folds=data["folds"],
        seed=data["seed"],
        validation=data["validation"],
        shuffled=data["shuffled"],
        shuffle_seed=data["shuffle_seed"],
    )


@lru_cache(maxsize=64)
def _catalog(directory: str) -> Catalog:
    return load_catalog(Path(directory))


@lru_cache(maxsize=64)
def _rows(directory: str, memory_gb: float) -> DatasetRows:
    return open_bank(Path(directory), memory_gb=memory_gb).rows
