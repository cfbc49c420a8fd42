"""Synthetic studies whose tables were changed before they were written; gains are the only answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from harness.analysis.gains import gains
from harness.results.writers import write_tables
from tests.results.synthetic import STUDY_ID, synthetic_tables

Tables = dict[str, pd.DataFrame]
UNREAD = ("clips", "labels", "trials", "curves", "failures", "quarantine")
CONFIG: dict[str, Any] = {
    "seed": 0,
    "features": [{"as": "log_mel", "n_mels": 40}],
    "compute": {"workers": 1},
    "analysis": {"confidence": 0.9},
}


def unchanged(tables: Tables) -> None:
    """Change nothing."""


def write(
    directory: Path, change: Callable[[Tables], None] = unchanged, seed: int = 0, *, incomplete: bool = False
) -> Path:
    """Write a study of three tasks; ``change`` changes its tables in place before the gains are computed."""
    tables = {name: frame.copy() for name, frame in _tables(seed, incomplete).items()}
    change(tables)
    found = gains(tables, rope=0.01, confidence=0.9).assign(study_id=STUDY_ID)
    write_tables(directory, tables | {"gains": found})
    return directory


@cache
def _tables(seed: int, incomplete: bool) -> Tables:
    tables = synthetic_tables(3, seed, combiners=("sum",), incomplete=incomplete)
    tables["study"]["config_json"] = json.dumps(CONFIG)
    return {name: frame for name, frame in tables.items() if name not in UNREAD}


def other_trainings(tables: Tables) -> None:
    """Give every training another content key, as if a setting differed."""
    tables["runs"]["config_hash"] = "x" + tables["runs"]["config_hash"].astype(str)


def other_folds(tables: Tables) -> None:
    """Test other clips of the first task in each fold."""
    other_trainings(tables)
    first = tables["predictions"]["task"] == "notes/family"
    tables["predictions"].loc[first, "clip"] = "x" + tables["predictions"].loc[first, "clip"].astype(str)
