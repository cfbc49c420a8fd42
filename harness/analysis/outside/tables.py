"""The tables of an analysis of somebody's gains, as those of a study."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from harness.analysis.design import Design, make_design
from harness.analysis.estimators import logistic_minmax
from harness.analysis.outside.features import Features
from harness.analysis.outside.gains import Gains
from harness.analysis.predictability import Way, predictability
from harness.analysis.protocols import bingel2017
from harness.analysis.regression import regressions
from harness.errors import StudyDirectoryError
from harness.results.schemas import TABLES
from harness.results.writers import to_arrow, write_tables

PROTOCOLS = (bingel2017.NAME,)
MINMAX = Way("logistic_minmax", logistic_minmax, of_sign=True)


def outside_design(gains: Gains, features: Features) -> Design:
    """Return the design of outside gains and features."""
    table = gains.frame[["main", "partner", "gain"]].assign(
        partners=lambda t: t["partner"].map(lambda name: [name]),
        placebo=False,
        metric=gains.column,
        feature=None,
        model=None,
        combiner=None,
    )
    return make_design(table.drop(columns="partner"), features.pairs, gains.dataset_of)


def answers(
    gains: Gains,
    features: Features,
    *,
    seed: int,
    draws: int,
    confidence: float = 0.95,
    protocol: str | None = None,
    protocol_draws: int = bingel2017.DRAWS,
) -> dict[str, pd.DataFrame]:
    """Return ``study``, ``tasks``, ``cells``, ``gains``, ``task_stats``, ``pair_features``, ``regressions`` and
    ``predictability``, with the columns of the schema.

    With a protocol, ``predictability`` has its rows as well, and those of its scaling (min-max) under the
    harness's own schemes, fitted inside the folds (``logistic_minmax``).
    """
    design = outside_design(gains, features)
    found = [predictability(design, features.sets, seed=seed, draws=draws)]
    if protocol is not None:
        found.append(predictability(design, features.sets, seed=seed, draws=draws, ways=[MINMAX]))
        found += [
            pd.DataFrame(
                bingel2017.protocol_rows(design.frame, columns, name, seed=seed, draws=protocol_draws)
            )
            for name, columns in features.sets.items()
        ]
    told = [rows for rows in found if len(rows)]
    identity = study_id(gains)
    frames = _measured(gains, identity) | {
        "task_stats": features.statistics,
        "pair_features": features.pairs.reset_index(drop=True),
        "regressions": regressions(design, confidence=confidence, seed=seed),
        "predictability": pd.concat(told, ignore_index=True) if told else pd.DataFrame(),
    }
    return {name: _with_columns(name, frame.assign(study_id=identity)) for name, frame in frames.items()}


def study_id(gains: Gains) -> str:
    """Return the file's name and a hash of the gains: what joins the tables."""
    text = gains.frame[["main", "partner", "gain"]].to_csv(index=False)
    return f"{gains.source.stem}-{hashlib.blake2b(text.encode(), digest_size=4).hexdigest()}"


def write_answers(directory: Path, gains: Gains, tables: dict[str, pd.DataFrame]) -> None:
    """Write ``tables/*.parquet``.

    Raises:
        StudyDirectoryError: the directory has the tables of a study.
    """
    there = directory / "tables" / "study.parquet"
    if there.is_file():
        config = pd.read_parquet(there)["config_json"].iloc[0]
        if "analyse" not in json.loads(config or "{}"):
            raise StudyDirectoryError(
                f"{directory} has the tables of a study; name another directory with --out"
            )
    write_tables(directory, tables)


def _measured(gains: Gains, identity: str) -> dict[str, pd.DataFrame]:
    """The tables that say what the gains are of: one cell a pair, without runs."""
    frame = gains.frame
    keys = [f"{identity}-{k}" for k in range(len(frame))]
    partners = [[name] for name in frame["partner"]]
    tasks = sorted(set(frame["main"]) | set(frame["partner"]))
    note = "; ".join(filter(None, [f"{gains.column} of {gains.source.name}", gains.note]))
    config = {"analyse": {"gains": gains.source.name, "gain": gains.column}}
    study = {"name": gains.source.stem, "n_cells": len(frame), "n_cells_done": len(frame), "complete": True}
    pair = [[main, other[0]] for main, other in zip(frame["main"], partners, strict=True)]
    cells = {"cell_id": keys, "tasks": pair, "group_size": 2, "placebo": False, "status": "done"}
    measured = {
        "cell_id": keys,
        "main": frame["main"],
        "partners": partners,
        "placebo": False,
        "metric": gains.column,
        "gain": frame["gain"],
        "note": note,
    }
    return {
        "study": pd.DataFrame([study | {"config_json": json.dumps(config)}]),
        "tasks": pd.DataFrame({"task": tasks, "dataset": [gains.dataset_of.get(task) for task in tasks]}),
        "cells": pd.DataFrame(cells),
        "gains": pd.DataFrame(measured),
    }


def _with_columns(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    from harness.results.loader import frame_of

    known = [column.name for column in TABLES[name].columns]
    return frame_of(to_arrow(name, frame[[c for c in frame.columns if c in known]]))


def records(frame: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return rows as mappings, with ``None`` for what is not known."""
    kept = frame[[c for c in columns if c in frame.columns]].astype(object)
    rows = kept.where(kept.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]
