"""Gains of directed pairs: from a file with a column a thing, or from a study's directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from harness.analysis.outside.read import column, numeric, partner_column, read_frame
from harness.errors import DataError

SHOWN = 5


@dataclass(frozen=True)
class Gains:
    """Measured gains: ``frame`` has ``main``, ``partner``, ``gain``, and every other numeric column of the file.

    ``statistics`` and ``features`` are a study's own task statistics and pair features; empty for a file.
    """

    frame: pd.DataFrame
    column: str
    source: Path
    note: str
    dataset_of: Mapping[str, str]
    statistics: pd.DataFrame
    features: pd.DataFrame


def read_gains(path: Path, gain: str, *, main: str = "main", partner: str | None = None) -> Gains:
    """Return the gains of a file, or of the study in a directory (mean over its settings, no placebos).

    Raises:
        ColumnError: a column is not there.
        DataError: the file cannot be read, a gain is missing, a pair comes twice, or a task is its own
            partner.
    """
    if path.is_dir():
        return _of_study(path, gain)
    frame = read_frame(path)
    column(frame, main, path, "the main task")
    partners = partner_column(frame, partner, path)
    column(frame, gain, path, "the gain")
    frame, note = _pairs_alone(frame, partners)
    rest = numeric(frame, (main, partners, gain))
    found = frame[rest].assign(
        main=frame[main].astype(str),
        partner=frame[partners].astype(str),
        gain=_numbers(frame[gain], gain, path),
    )
    _check(found, path)
    nothing = pd.DataFrame()
    return Gains(found[["main", "partner", "gain", *rest]], gain, path, note, {}, nothing, nothing)


def _pairs_alone(frame: pd.DataFrame, partners: str) -> tuple[pd.DataFrame, str]:
    """Lists of partners: keep those of one, and say how many larger groups were left out."""
    lists = frame[partners].map(lambda value: isinstance(value, (list, tuple, np.ndarray)))
    if not lists.all():
        return frame, ""
    single = frame[frame[partners].map(len) == 1]
    left = len(frame) - len(single)
    note = f"{left} larger groups left out" if left else ""
    return single.assign(**{partners: single[partners].str[0]}).reset_index(drop=True), note


def _of_study(path: Path, gain: str) -> Gains:
    from harness.results.loader import load_study

    study = load_study(path)
    table = study.gains
    column(table, gain, path / "tables" / "gains.parquet", "the gain")
    pairs = table[~table["placebo"].astype(bool) & (table["partners"].map(len) == 1) & table[gain].notna()]
    if pairs.empty:
        raise DataError(f"{path} has no measured gain of a pair in the column {gain!r}")
    named = pairs.assign(partner=pairs["partners"].str[0])
    found = named.groupby(["main", "partner"])[gain].mean().astype(float).rename("gain").reset_index()
    settings = len(pairs[["feature", "model", "combiner"]].drop_duplicates())
    note = f"mean over {settings} settings of feature, model and combiner" if settings > 1 else ""
    tasks = study.tables.get("tasks", pd.DataFrame(columns=["task", "dataset"]))
    known = tasks.dropna(subset=["dataset"])
    dataset_of = dict(zip(known["task"], known["dataset"], strict=True))
    statistics, features = (
        study.tables.get(name, pd.DataFrame()) for name in ("task_stats", "pair_features")
    )
    return Gains(found, gain, path, note, dataset_of, statistics, features)


def _numbers(values: pd.Series, name: str, path: Path) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if len(wrong):
        shown = ", ".join(f"row {k + 1}: {values.iloc[k]!r}" for k in wrong[:SHOWN])
        raise DataError(
            f"{path}: {len(wrong)} of {len(values)} values of {name!r} are no finite number ({shown}); take these"
            " rows out, a gain that was not measured is no gain"
        )
    return numbers


def _check(frame: pd.DataFrame, path: Path) -> None:
    twice = frame[frame.duplicated(["main", "partner"], keep=False)]
    if len(twice):
        shown = "; ".join(
            f"{main} with {partner} (rows {', '.join(str(k + 1) for k in rows.index)})"
            for (main, partner), rows in list(twice.groupby(["main", "partner"]))[:SHOWN]
        )
        raise DataError(f"{path}: every directed pair may come once; more than once: {shown}")
    alone = frame[frame["main"] == frame["partner"]]
    if len(alone):
        raise DataError(
            f"{path}: row {alone.index[0] + 1}: the task {alone['main'].iloc[0]!r} is its own partner"
        )
