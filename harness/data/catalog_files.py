"""How a catalog lies on disk: ``clips.parquet``, ``quarantine.parquet`` and ``catalog.json``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from harness.errors import DataError
from harness.records import Task

TEXT = ("clip", "content_hash", "group", "fold", "split")
NUMBERS = ("duration_s", "sample_rate_hz", "bandwidth_hz", "snr_db")
QUARANTINE = pa.schema([("clip", pa.string()), ("reason", pa.string())])
_LABELS = {"multilabel": pa.list_(pa.string()), "regression": pa.float64()}


def clip_schema(
    tasks: Mapping[str, Task], group_columns: Iterable[str], covariates: Iterable[str] = ()
) -> pa.Schema:
    """Return the schema of a catalog's clips: fixed columns, ``label:<task>``, ``group:<column>`` and
    ``covariate:<name>``.
    """
    return pa.schema(
        [
            *((name, pa.string()) for name in TEXT),
            *((name, pa.float64()) for name in NUMBERS),
            *((f"label:{name}", _LABELS.get(task.kind, pa.string())) for name, task in tasks.items()),
            *((f"group:{name}", pa.string()) for name in group_columns),
            *((f"covariate:{name}", pa.float64()) for name in covariates),
        ]
    )


def write_catalog(
    directory: Path,
    about: Mapping[str, Any],
    tasks: Mapping[str, Task],
    frame: pd.DataFrame,
    quarantine: pd.DataFrame,
) -> None:
    """Write a catalog's files into an existing folder."""
    schema = clip_schema(tasks, _named(frame, "group:"), _named(frame, "covariate:"))
    _write(frame, schema, directory / "clips.parquet")
    _write(quarantine, QUARANTINE, directory / "quarantine.parquet")
    values = dict(about) | {"tasks": [asdict(task) for task in tasks.values()]}
    (directory / "catalog.json").write_text(
        json.dumps(values, indent=1, ensure_ascii=False), encoding="utf-8"
    )


def read_catalog(directory: Path) -> dict[str, Any]:
    """Read what :func:`write_catalog` wrote: its ``about`` and ``tasks``, ``frame`` and ``quarantine``.

    Raises:
        DataError: the folder holds no catalog.
    """
    try:
        values: dict[str, Any] = json.loads((directory / "catalog.json").read_text(encoding="utf-8"))
        frame = pd.read_parquet(directory / "clips.parquet", use_threads=False)
        quarantine = pd.read_parquet(directory / "quarantine.parquet", use_threads=False)
    except (OSError, ValueError) as error:
        raise DataError(
            f"{directory} holds no catalog of a data set ({error}); remove the folder and start again"
        ) from error
    tasks = {task["name"]: _task(task) for task in values["tasks"]}
    return values | {"tasks": tasks, "frame": frame, "quarantine": quarantine}


def _named(frame: pd.DataFrame, prefix: str) -> list[str]:
    return [column.removeprefix(prefix) for column in frame.columns if column.startswith(prefix)]


def _task(values: dict[str, Any]) -> Task:
    classes = values["classes"]
    return Task(**values | {"classes": None if classes is None else tuple(classes)})


def _write(frame: pd.DataFrame, schema: pa.Schema, path: Path) -> None:
    pq.write_table(pa.Table.from_pandas(frame, schema=schema, preserve_index=False), path)
