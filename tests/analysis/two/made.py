"""Synthetic studies whose tables were changed before they were written; gains are the only answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from harness.analysis.gains import gains
from harness.results.writers import write_tables
from tests.results.synthetic import STUDY_ID, synthetic_tables

Tables = dict[str, pd.DataFrame]
CONFIG: dict[str, Any] = {
    "seed": 0,
    "features": [{"as": "log_mel", "n_mels": 40}],
    "compute": {"workers": 1},
    "analysis": {"confidence": 0.9},
}


def unchanged(tables: Tables) -> None:
    """Change nothing."""


def write(directory: Path, change: Callable[[Tables], None] = unchanged, seed: int = 0, **more: Any) -> Path:
    """Write a study of four tasks; ``change`` changes its tables in place before the gains are computed."""
    tables = synthetic_tables(4, seed, combiners=("sum",), **more)
    tables["study"]["config_json"] = json.dumps(CONFIG)
    change(tables)
    found = gains(tables, rope=0.01, confidence=0.9).assign(study_id=STUDY_ID)
    write_tables(directory, tables | {"gains": found})
    return directory


def other_trainings(tables: Tables) -> None:
    """Give every training another content key, as if a setting differed."""
    tables["runs"]["config_hash"] = "x" + tables["runs"]["config_hash"].astype(str)


def other_folds(tables: Tables) -> None:
    """Test other clips of the first task in each fold."""
    other_trainings(tables)
    first = tables["predictions"]["task"] == "notes/family"
    tables["predictions"].loc[first, "clip"] = "x" + tables["predictions"].loc[first, "clip"].astype(str)
